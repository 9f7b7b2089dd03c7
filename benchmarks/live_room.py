"""Many listen to one room while it is run: how long from a facilitator's command to the last of them, what pages take
beside that, whether a line that was lost misses or repeats anything, and whether what people type is kept.

    python benchmarks/live_room.py [--listeners 1000] [--people 50] [--commands 10] [--seconds 20] [--away 2] [--whole]

Each of the people holds an equal part of the streams. On SQLite. ``--whole``: they type for ten minutes, and who
loses the line is away for half a minute. Exits with 1 where something was missed, told twice or lost. Machine and
method are said with the figures: everything runs on this one machine, the listeners too.
"""

import argparse
import re
import resource
import selectors
import socket
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from crowd import HOST, SLUG, Answer, Browser, Stage, percentiles, stage
from sqlalchemy import select, update

from peernet.cohorts.models import Membership, Role
from peernet.db import Database
from peernet.roundtables.agendas import access, building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.models import Roundtable

_NUMBER = re.compile(rb"^id: (\d+)", re.M)
# So many open their page at the same moment.
_WAVE = 100
# Seconds after which what has not arrived is taken for lost.
_PATIENCE = 10.0


class Listener:
    """One open stream."""

    def __init__(self, port: int, path: str, cookies: str, after: int) -> None:
        self.seen: list[int] = []
        self.status = ""
        self.socket = socket.create_connection((HOST, port))
        asked = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {cookies}\r\nLast-Event-ID: {after}\r\n\r\n"
        self.socket.sendall(asked.encode())

    def take(self) -> None:
        """Read what has come."""
        said = self.socket.recv(65536)
        if not self.status:
            self.status = said.split(b" ", 2)[1].decode()
        self.seen += [int(number) for number in _NUMBER.findall(said)]


class Room:
    """A roundtable with two steps, who leads it, and those who listen."""

    def __init__(self, here: Stage) -> None:
        self.here, self.number = here, 0
        self.page = f"/c/{SLUG}/roundtables/{here.crowd.roundtable_id}"
        self.steps = self._build()
        self.browsers = [Browser(here.port) for _ in here.crowd.addresses]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda one, address: one.sign_in(address), self.browsers, here.crowd.addresses))
        self.leads = self.browsers[0]
        self.token = self.leads.token_of(f"{self.page}/room")
        self.listeners: list[Listener] = []

    def _build(self) -> list[int]:
        database = Database(self.here.database_url)
        with database.writing() as db:
            db.execute(update(Membership).where(Membership.person_id == 1).values(role=Role.FACILITATOR, seat_id=None))
            one = db.scalars(select(Roundtable)).one()
            building.add(db, one, [Step(title=title, minutes=5) for title in ("One", "Other")])
            steps = [step.id for step in db.scalars(access.steps_of(one.id))]
        database.dispose()
        return steps

    def listen(self, many: int) -> float:
        """So many streams, the last one open after so many seconds."""
        began = time.perf_counter()
        for wave in range(0, many, _WAVE):
            fresh = [self.listener(number, self.number) for number in range(wave, min(many, wave + _WAVE))]
            self.wait(lambda one: bool(one.status), fresh)
            self.listeners += fresh
        return time.perf_counter() - began

    def listener(self, number: int, after: int) -> Listener:
        """A stream of one of the people, of what happens after a number."""
        browser = self.browsers[number % len(self.browsers)]
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        return Listener(self.here.port, f"{self.page}/live", cookies, after)

    def command(self) -> Answer:
        """Go to the other step."""
        self.number += 1
        fields = {"step": str(self.steps[self.number % 2]), "csrf_token": self.token}
        return self.leads.post(f"{self.page}/room/step", fields)

    def wait(self, done: Callable[[Listener], bool], listeners: Sequence[Listener]) -> list[float]:
        """Read until each is done; when each was, by the clock."""
        waiting, times = set(listeners), []
        with selectors.DefaultSelector() as selector:
            for one in listeners:
                selector.register(one.socket, selectors.EVENT_READ, one)
            end = time.perf_counter() + _PATIENCE
            while waiting and time.perf_counter() < end:
                for key, _events in selector.select(timeout=0.5):
                    key.data.take()
                    if key.data in waiting and done(key.data):
                        waiting.discard(key.data)
                        times.append(time.perf_counter())
        return times

    def told(self) -> list[float]:
        """How long a command takes to reach each listener, in ms."""
        began = time.perf_counter()
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(self.command)
            times = self.wait(lambda one: self.number in one.seen, self.listeners)
            sent.result()
        return [(moment - began) * 1000 for moment in times]

    def close(self, many: int) -> None:
        """So many lose their line."""
        for one in self.listeners[:many]:
            one.socket.close()
        del self.listeners[:many]


def run_commands(room: Room, many: int, commands: int) -> bool:
    """Commands to so many listeners; True if all were reached."""
    opened = room.listen(many - len(room.listeners))
    rounds = [room.told() for _ in range(commands)]
    taken = sorted(one for each in rounds for one in each)
    lasts = [max(each) for each in rounds if each]
    statuses = Counter(one.status for one in room.listeners)
    pages = [room.leads.get(f"{room.page}/room") for _ in range(60)]
    print(
        f"{many} listeners {dict(statuses)}: open after {opened:.1f} s; "
        f"a command reaches them p50 {statistics.median(taken):.0f} ms, "
        f"p99 {taken[int(len(taken) * 0.99)]:.0f} ms, the last one {max(lasts):.0f} ms (median of rounds "
        f"{statistics.median(lasts):.0f} ms); pages beside: {percentiles(pages)}"
    )
    return all(len(each) == many for each in rounds) and {one.status for one in pages} == {200}


def lose_lines(room: Room, away: float) -> bool:
    """Twenty lose their line for so many seconds, in which three commands are given, and they come again; True if each
    was told each once."""
    before = room.number
    room.close(20)
    for _each in range(3):
        room.command()
        time.sleep(away / 3)
    now = room.number
    fresh = [room.listener(number, before) for number in range(20)]
    room.wait(lambda one: bool(one.seen) and one.seen[-1] == now, fresh)
    right = all(one.seen == list(range(before + 1, now + 1)) for one in fresh)
    outcome = "nothing missed, nothing twice" if right else [one.seen for one in fresh]
    print(f"20 came again after {away:.0f} s and 3 commands: {outcome}")
    room.listeners += fresh
    return right


def type_on(room: Room, seconds: float) -> bool:
    """Everybody types a note that is saved each second; True if all was kept."""
    end = time.perf_counter() + seconds

    def write(browser: Browser) -> tuple[list[Answer], str]:
        token, answers, said, version = browser.token_of(f"{room.page}/room"), list[Answer](), "", "0"
        while time.perf_counter() < end:
            said = f"{said} word"[-4000:]
            fields = {"text": said, "version": version, "csrf_token": token}
            answers.append(browser.post(f"{room.page}/room/note", fields, X_Autosave="1"))
            version = str(len(answers))
            time.sleep(max(0.0, 1 - answers[-1].seconds))
        return answers, said

    with ThreadPoolExecutor(len(room.browsers)) as pool:
        written = list(pool.map(write, room.browsers))
    answers = [answer for each, _said in written for answer in each]
    pages = [browser.get(f"{room.page}/room").body for browser in room.browsers]
    kept = all(said.strip() in page for page, (_answers, said) in zip(pages, written, strict=True))
    statuses = {answer.status for answer in answers}
    print(
        f"{len(room.browsers)} type for {seconds:.0f} s, {len(answers)} saves: answers {statuses}, "
        f"{percentiles(answers)} (the bar for p95 is 150 ms), all kept: {kept}"
    )
    return kept and statuses == {204}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--commands", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--away", type=float, default=2)
    parser.add_argument("--whole", action="store_true")
    options = parser.parse_args(arguments)
    seconds, away = (600.0, 30.0) if options.whole else (options.seconds, options.away)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 3 * options.listeners + 500), most))
    with stage(options.people) as here:
        print(f"{options.people} people sign in", file=sys.stderr)
        room = Room(here)
        few = min(200, options.listeners)
        went = [run_commands(room, many, options.commands) for many in (few, options.listeners)]
        went += [lose_lines(room, away), type_on(room, seconds)]
    sys.exit(not all(went))


if __name__ == "__main__":
    main()
