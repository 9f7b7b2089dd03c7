"""The questions, and how much it was worth, in words."""

from peernet.i18n import lazy_gettext as _l

WORTH = _l("Was it worth your time?")
WILL = _l("What will you do differently?")
CHANGE = _l("What should we change next time?")
MARKS = {1: _l("1, not at all"), 2: "2", 3: "3", 4: "4", 5: _l("5, very much")}
# As a fieldset of them wants it: value, label and nothing more to say.
CHOICES = [(mark, text, "") for mark, text in MARKS.items()]
