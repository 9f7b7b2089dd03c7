"""What a declaration says: of which columns, what for, who reads them, how long, and what erasing a person does."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from peernet.i18n import lazy_gettext as _l
from peernet.privacy.register import words


class Deed(StrEnum):
    """What somebody did that this is held: the order in which members read of it."""

    ACCOUNT = "account"
    COHORTS = "cohorts"
    ANSWERS = "answers"
    ROUNDTABLES = "roundtables"
    MATERIALS = "materials"
    MAIL = "mail"
    RUNNING = "running"


DEEDS = {
    Deed.ACCOUNT: _l("You have an account"),
    Deed.COHORTS: _l("You take part in a cohort"),
    Deed.ANSWERS: _l("You answer prompts"),
    Deed.ROUNDTABLES: _l("You come to roundtables"),
    Deed.MATERIALS: _l("You write, review or are quoted in materials"),
    Deed.MAIL: _l("You get mail, and answer it"),
    Deed.RUNNING: _l("The site runs"),
}


class Fate(StrEnum):
    """What erasing a person does with a column of theirs."""

    GOES = "goes"
    EMPTIED = "emptied"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Entry:
    """Columns of one table that are held for one purpose.

    ``goes``, ``emptied`` and ``stays`` are names of columns, parted by spaces; ``why`` is why something stays.
    ``whose`` are the ways from a row to the person (see :mod:`peernet.privacy.rows`); a row is theirs where one of them
    leads to them. ``is_told``: they get it when they take everything along. ``told_once``: a
    column that must be filled before, since until then the row is a draft of somebody else's. ``is_deed``: only that
    they did it is theirs, not what the row says. ``of_others``: columns in which words of somebody else stand.
    ``by_verb``: the room that it belongs to erases it, because more follows from it than the row says.
    """

    table: str
    deed: Deed
    what: str
    purpose: str
    readers: str
    retention: str
    whose: tuple[str, ...]
    goes: str = ""
    emptied: str = ""
    stays: str = ""
    why: str = ""
    is_told: bool = True
    told_once: str = ""
    is_deed: bool = False
    of_others: str = ""
    by_verb: bool = False

    def columns(self, fate: Fate) -> list[str]:
        """The columns with which erasing does this."""
        return str(getattr(self, fate.value)).split()

    @property
    def is_indirect(self) -> bool:
        """Whether the way to the person leads through another table."""
        return any(sign in way for way in self.whose for sign in "<>")

    @property
    def all_columns(self) -> list[str]:
        """Every column that it declares."""
        return [column for fate in Fate for column in self.columns(fate)]


def done_by(table: str, column: str, deed: Deed = Deed.COHORTS, *, what: str = words.DID, stays: str = "") -> Entry:
    """Who did something for a cohort: their name goes from it, and what they did ``stays``."""
    return Entry(
        table=table, deed=deed, what=what, purpose=words.TO_ANSWER_FOR, readers=words.LEADERS,
        retention=words.AS_LONG_AS_COHORT, whose=(column,), emptied=column, stays=stays, why=words.OF_THE_COHORT,
        is_deed=True,
    )  # fmt: skip


def tables_of(entries: Iterable[Entry]) -> set[str]:
    """The tables that are declared."""
    return {entry.table for entry in entries}
