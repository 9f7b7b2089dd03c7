"""Fixtures of the room: steps in groups, and people at their tables."""

from tests.roundtables.tablenotes.conftest import make_step, sit

__all__ = ["make_step", "sit"]
