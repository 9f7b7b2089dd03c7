"""How a verb says no: the shell turns these into 422 and 409 and rolls everything back."""


class Refused(Exception):
    """What was asked breaks a rule. ``field`` names the input it belongs to, if one does."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Conflict(Exception):
    """Somebody else was first. ``theirs`` is the text as it now stands, ``mine`` what was sent: nothing is lost."""

    def __init__(self, message: str, *, theirs: str | None = None, mine: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.theirs = theirs
        self.mine = mine
