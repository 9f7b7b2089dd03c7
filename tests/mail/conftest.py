"""Fixtures for mail that comes in."""

from collections.abc import Iterator

import pytest

from tests.mail.imap import Mailbox, serve


@pytest.fixture
def mailbox_server() -> Iterator[Mailbox]:
    """An IMAP server on a free port."""
    with serve() as box:
        yield box
