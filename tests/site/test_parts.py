"""Parts of a long list."""

import pytest

from peernet.site.parts import Part


@pytest.mark.parametrize("total", [0, 1, 11, 12, 35, 36, 59, 60, 61, 1000])
def test_parts_hold_everything_once(total: int) -> None:
    first = Part.of(total, 24)
    shown = [first, *(Part.of(total, 24, number) for number in range(first.parts, 0, -1))]
    places = [place for part in shown for place in range(part.offset, part.offset + part.limit)]
    assert places == list(range(total))
    assert first.limit == total or 12 <= first.limit <= 35


def test_what_is_added_changes_the_first_page_alone() -> None:
    for total in range(200):
        before, after = Part.of(total, 24), Part.of(total + 1, 24)
        for number in range(1, before.parts + 1):
            one, same = Part.of(total, 24, number), Part.of(total + 1, 24, number)
            assert total - one.offset == total + 1 - same.offset
            assert one.newer == same.newer or number == before.parts < after.parts
            assert (one.limit, one.older) == (same.limit, same.older)


def test_its_neighbours() -> None:
    first, last = Part.of(100, 24), Part.of(100, 24, 1)
    assert (first.parts, first.older, first.newer) == (3, 3, None)
    assert (last.older, last.newer, Part.of(100, 24, 3).newer) == (0, 2, None)
    assert [first.at_page(page) for page in (1, 2, 3, 4, 50)] == [None, 3, 2, 1, 1]
    assert Part.of(20, 24).at_page(2) is None


@pytest.mark.parametrize("number", [0, -1, 4])
def test_no_such_part(number: int) -> None:
    with pytest.raises(ValueError, match="There are 3 parts"):
        Part.of(100, 24, number)
