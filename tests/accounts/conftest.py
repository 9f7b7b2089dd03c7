"""Fixtures of this room's tests."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from peernet.accounts import passwords
from peernet.accounts.models import Person
from peernet.mail.models import Mail
from peernet.settings import Settings, use
from peernet.tokens import tokens

PASSWORD = "four words make sense"
# Hashes as well, and takes a hundredth of the time; what a password is guarded with is tested in test_passwords.py.
QUICK = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
_HASH = QUICK.hash(PASSWORD)


@pytest.fixture(autouse=True)
def _hashed_quickly() -> Iterator[None]:
    """To wait for a hash is no test."""
    passwords.use(QUICK)
    yield
    passwords.use(passwords.ARGON2)


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
