"""200 people accept a roundtable of 12 places at the same moment: exactly 12 come, the rest is told so, nothing breaks.

    python benchmarks/accepting.py [--people 200]

On SQLite, and on PostgreSQL if PEERNET_TEST_DATABASE_URL names a server. Exits with 1 where the count is wrong.
"""

import argparse
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from crowd import PLACES, SLUG, Answer, Browser, at_once, databases, percentiles, stage
from sqlalchemy import func, select

from peernet.db import Database
from peernet.roundtables.models import Answer as Said
from peernet.roundtables.models import Attendance, Roundtable


def accept_all(name: str, database_url: str, people: int) -> bool:
    """One run; True if it went as it should."""
    with stage(people, database_url) as here:
        page = f"/c/{SLUG}/roundtables/{here.crowd.roundtable_id}"
        print(f"{name}: {people} people sign in and open the page", file=sys.stderr)
        browsers = [Browser(here.port) for _ in range(people)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda one, address: one.sign_in(address), browsers, here.crowd.addresses))
            tokens = dict(zip(browsers, pool.map(lambda one: one.token_of(page), browsers), strict=True))

        def accept(browser: Browser) -> Answer:
            return browser.post(f"{page}/rsvp", {"answer": "accepted", "csrf_token": tokens[browser]})

        answers = at_once(browsers, accept)
        accepted, taken = _counted(here.database_url)
    statuses = Counter(answer.status for answer in answers)
    print(f"{name}: {accepted} accepted, {taken} places taken, answers {dict(statuses)}, {percentiles(answers)}")
    return accepted == taken == PLACES and statuses == {303: PLACES, 422: people - PLACES}


def _counted(database_url: str) -> tuple[int, int]:
    database = Database(database_url)
    with database.reading() as db:
        coming = select(func.count()).select_from(Attendance).where(Attendance.answer == Said.ACCEPTED)
        found = db.scalar(coming) or 0, db.scalars(select(Roundtable)).one().accepted
    database.dispose()
    return found


def main() -> None:
    """Run on each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    options = parser.parse_args()
    with databases() as urls:
        went = [accept_all(name, url, options.people) for name, url in urls.items()]
    sys.exit(not all(went))


if __name__ == "__main__":
    main()
