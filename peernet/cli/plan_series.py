"""``peernet plan series``: the planner of series on files, without an installation."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import BinaryIO

import click

from peernet.cli import plan_series_words as words
from peernet.cli.codes import FAILED
from peernet.roundtables.series import files, planner, remedies
from peernet.roundtables.series.problem import Problem
from peernet.roundtables.series.reading import Malformed


@click.command()
@click.argument("instance", type=click.File("rb"))
@click.option(
    "--objective",
    type=click.Choice([each.value for each in planner.Objective]),
    default=planner.Objective.BALANCED.value,
    show_default=True,
    help="What the plan is best at.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, help="The same seed gives the same plan.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan to this file.")
def series(instance: BinaryIO, objective: str, seed: int, output: Path | None) -> None:
    """Find the times of a series of roundtables.

    INSTANCE says who can come when, as docs/planning-series.md describes; "-" is standard input. The plan goes to
    standard output or OUTPUT as JSON, what it means for whom to standard error. Ctrl-C ends the search with the best
    plan so far. Exit code 1: the file is wrong, or no choice of times keeps the rules.
    """
    problem = _problem(instance)
    try:
        outcome = _searched(problem, planner.Objective(objective), seed)
    except planner.NoPlan:
        for line in words.no_plan(problem, remedies.loosened(problem)):
            click.echo(line, err=True)
        raise SystemExit(FAILED) from None
    text = files.text_of_plan(outcome.plan)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
    for line in words.of_outcome(problem, outcome, planner.same_slot(problem)):
        click.echo(line, err=True)


def _problem(instance: BinaryIO) -> Problem:
    try:
        return files.problem_of(instance.read().decode("utf-8"))
    except UnicodeDecodeError:
        raise click.ClickException(f"{instance.name} is not UTF-8 text.") from None
    except Malformed as fault:
        raise click.ClickException(f"{instance.name}: {words.of_fault(fault)}") from None


def _searched(problem: Problem, objective: planner.Objective, seed: int) -> planner.Outcome:
    with _interrupts() as interrupts, click.progressbar(length=100, label="Planning", file=sys.stderr) as bar:

        def listen(done: int, of: int) -> None:
            bar.update(100 * done // max(of, 1) - bar.pos)
            if interrupts:
                raise planner.Enough

        outcome = planner.plan(problem, objective, seed=seed, on_progress=listen)
        bar.update(100 - bar.pos)
        return outcome


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Collects the first Ctrl-C, for the search to ask about; the next one ends the program as usual."""
    found: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        found.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)
