"""``peernet plan``: plans worked out from files, without an installation."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from peernet.cli.codes import FAILED
from peernet.cli.plan_series import series
from peernet.cli.plan_words import fault, story
from peernet.groups.mixing import files, planner
from peernet.groups.mixing.planner import Enough, Stand
from peernet.groups.mixing.reading import Malformed

_SECONDS = 10.0
# As good as no limit.
_ENDLESS = 1 << 40
# How often the progress is shown, in seconds.
_EVERY = 0.5


@click.group()
def plan() -> None:
    """Work out plans from files. No installation is needed."""


@plan.command()
@click.argument("instance", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--seconds", type=click.FloatRange(min=0.0, min_open=True), help="How long to search; 10 if left out.")
@click.option("--steps", type=click.IntRange(min=1), help="How much to search: the same plan on every machine.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed may give another plan.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the plan.")
def groups(instance: Path, seconds: float | None, steps: int | None, seed: int, output: Path | None) -> None:
    """Form groups in which everyone meets everyone, as evenly as can be.

    INSTANCE says who is there and what is to be kept, as docs/planning-groups.md describes. The plan goes to standard
    output; Ctrl-C ends the search with the best so far. Exit code 1: the plan breaks a rule, which is named.
    """
    if seconds is not None and steps is not None:
        raise click.UsageError("Choose --seconds or --steps.")
    try:
        problem = files.problem_of(instance.read_text(encoding="utf-8"))
    except Malformed as error:
        raise click.ClickException(f"{instance}: {fault(error)}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{instance}: not a text in UTF-8.") from None
    if steps is None:
        seconds = seconds or _SECONDS
    with _watching(seconds) as watch:
        outcome = planner.plan(problem, seed=seed, steps=steps or _ENDLESS, on_progress=watch.look)
    for line in story(problem, outcome):
        click.echo(line, err=True)
    if watch.is_enough:
        click.echo("The search was ended early; this is the best so far.", err=True)
    click.echo(f"Seed {seed}, {outcome.steps} steps.", err=True)
    text = files.text_of_plan(outcome.plan)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
    if outcome.score.broken:
        raise SystemExit(FAILED)


class _Watch:
    """Shows how far the search is, and ends it when its time is over or somebody has had enough."""

    def __init__(self, seconds: float | None) -> None:
        self.began = self.shown = time.monotonic()
        self.seconds, self.is_enough = seconds, False

    def look(self, stand: Stand) -> None:
        """Called by the planner."""
        now = time.monotonic()
        spent = now - self.began
        if self.is_enough or (self.seconds is not None and spent >= self.seconds):
            raise Enough
        if now - self.shown >= _EVERY:
            self.shown = now
            share = spent / self.seconds if self.seconds else stand.done / stand.of
            cost = "no plan yet" if stand.cost is None else f"cost {stand.cost}, no plan below {stand.bound}"
            click.echo(f"{min(share, 1):4.0%}  {cost}", err=True)

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        """Ctrl-C: end at the next look, so that no plan is taken apart."""
        self.is_enough = True


@contextmanager
def _watching(seconds: float | None) -> Iterator[_Watch]:
    watch = _Watch(seconds)
    before = signal.signal(signal.SIGINT, watch.stop)
    try:
        yield watch
    finally:
        signal.signal(signal.SIGINT, before)


plan.add_command(series)
