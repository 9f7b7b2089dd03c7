"""200 people answer a roundtable of 12 places at the same moment, and again in 20 rounds in which some who have a place
give it up with a double click: exactly 12 places are taken, each place given up calls one of those who wait, nothing
breaks.

    python benchmarks/accepting.py [--people 200] [--rounds 20]

On SQLite, and on PostgreSQL if PEERNET_TEST_DATABASE_URL names a server. Exits with 1 where a count is wrong.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from crowd import PLACES, SLUG, Answer, Browser, Stage, at_once, databases, percentiles, stage
from sqlalchemy import func, select

from peernet.accounts.models import Person
from peernet.db import Database
from peernet.ledger.models import Event
from peernet.roundtables import access_places
from peernet.roundtables.models import Attendance, Roundtable

# How many of those who have a place give it up in a round.
LEAVING = 4


class Table:
    """The crowd before the page of one roundtable, signed in."""

    def __init__(self, here: Stage) -> None:
        self.page = f"/c/{SLUG}/roundtables/{here.crowd.roundtable_id}"
        self.database = Database(here.database_url)
        self.browsers = [Browser(here.port) for _ in here.crowd.addresses]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda one, address: one.sign_in(address), self.browsers, here.crowd.addresses))
            tokens = list(pool.map(lambda one: one.token_of(self.page), self.browsers))
        self.tokens = dict(zip(self.browsers, tokens, strict=True))
        self.people = dict(zip(here.crowd.addresses, self.browsers, strict=True))

    def say(self, said: dict[Browser, str]) -> list[Answer]:
        """Everybody says theirs at the same moment; "declined" is a double click."""
        csrf = {browser: {"csrf_token": self.tokens[browser]} for browser in said}

        def answer(browser: Browser) -> Answer:
            for _click in range(1 + (said[browser] == "declined")):
                given = browser.post(f"{self.page}/rsvp", {"answer": said[browser], **csrf[browser]})
            return given

        return at_once(list(said), answer)

    def seated(self) -> list[Browser]:
        """Those who have a place, or one held for them."""
        with self.database.reading() as db:
            people = select(Person.email).join(Attendance, Attendance.person_id == Person.id)
            return [self.people[address] for address in db.scalars(people.where(access_places.takes_place()))]

    def counted(self) -> tuple[int, int, int]:
        """Places as they are counted, people who have one, and how often one in line was called."""
        with self.database.reading() as db:
            called = select(func.count()).where(Event.action == "roundtable.place_held")
            seated = select(func.count()).where(access_places.takes_place())
            return db.scalars(select(Roundtable)).one().accepted, db.scalar(seated) or 0, db.scalar(called) or 0


def accept_all(name: str, table: Table) -> bool:
    """Everybody accepts; True if it went as it should."""
    answers = table.say(dict.fromkeys(table.browsers, "accepted"))
    places, seated, _called = table.counted()
    statuses = Counter(answer.status for answer in answers)
    print(f"{name}: {seated} seated, {places} places taken, answers {dict(statuses)}, {percentiles(answers)}")
    return places == seated == PLACES and statuses == {303: PLACES, 422: len(answers) - PLACES}


def give_up(name: str, table: Table, rounds: int) -> bool:
    """Everybody else asks to wait; then, round by round, some give their place up and all others confirm or ask."""
    chance, answers, right = Random(12), list[Answer](), True
    for number in range(rounds + 1):
        seated = table.seated()
        leaving = chance.sample(seated, LEAVING) if number else []
        said = {browser: "accepted" if browser in seated else "waiting" for browser in table.browsers}
        answers += table.say(said | dict.fromkeys(leaving, "declined"))
        right &= table.counted() == (PLACES, PLACES, LEAVING * number)
    statuses = Counter(answer.status for answer in answers)
    places, seated_now, called = table.counted()
    print(
        f"{name}: {rounds} rounds, {seated_now} seated, {places} places taken, {called} called for"
        f" {LEAVING * rounds} places given up, answers {dict(statuses)}, {percentiles(answers)}"
    )
    return right and set(statuses) == {303}


def run(name: str, database_url: str, people: int, rounds: int) -> bool:
    """Both, on one database."""
    with stage(people, database_url) as here:
        print(f"{name}: {people} people sign in and open the page", file=sys.stderr)
        table = Table(here)
        went = [accept_all(name, table), give_up(name, table, rounds)]
        table.database.dispose()
        return all(went)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run on each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args(arguments)
    with databases() as urls:
        went = [run(name, url, options.people, options.rounds) for name, url in urls.items()]
    sys.exit(not all(went))


if __name__ == "__main__":
    main()
