"""How many streams a machine bears."""

from peernet.server import sizing
from peernet.settings import Settings


def test_streams_follow_the_memory_unless_they_are_said() -> None:
    usual, mega = Settings(), 1_000_000
    assert [sizing.streams(usual, size * mega) for size in (16, 512, 2_000, 64_000)] == [50, 426, 1_200, 1_200]
    said = Settings.model_validate({"server": {"streams": 0}})
    assert (sizing.streams(said, 64_000 * mega), sizing.threads(said)) == (0, 512)
