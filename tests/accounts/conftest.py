"""Fixtures of this room's tests."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from peernet.accounts import passwords
from peernet.accounts.models import Person
from peernet.mail.models import Mail
from peernet.settings import Settings, use
from peernet.tokens import tokens

PASSWORD = "four words make sense"
_HASH = passwords.hash_of(PASSWORD)


@pytest.fixture
def with_password(db: Session) -> Callable[[Person], Person]:
    """Give a person the password above."""

    def give(person: Person) -> Person:
        person.password_hash = _HASH
        db.commit()
        return person

    return give


@pytest.fixture
def link_in(db: Session) -> Callable[[Mail], str]:
    """The path that a mail's first live link leads to."""

    def find(mail: Mail) -> str:
        found = re.search(r"http://localhost:8000(/\S*\d+-\S+)", tokens.fill_in(db, mail.text))
        assert found is not None, mail.text
        return found[1]

    return find


@pytest.fixture
def settings_with(settings: Settings) -> Iterator[Callable[..., Settings]]:
    """Use other settings for one test."""

    def change(**values: Any) -> Settings:
        return use(settings.model_copy(update=values))

    yield change
    use(settings)
