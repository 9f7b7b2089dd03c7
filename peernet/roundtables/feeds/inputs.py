"""What the forms of the calendar's page may say."""

from peernet.web.inputs import Input, ShortLine


class WhichCalendar(Input):
    """Of which calendar the address is meant: a cohort's, by its part of the address, or one's own."""

    cohort: ShortLine = ""
