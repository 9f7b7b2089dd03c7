"""The process that forms groups. It imports the pure solver alone, and its processor time and memory are bounded."""

from peernet.groups.mixing import files, planner
from peernet.groups.mixing.planner import Stand
from peernet.groups.mixing.preferring import prefer
from peernet.groups.outcomes import found_of
from peernet.groups.solving import until
from peernet.jobs.processes import asked, say


def main() -> None:
    """Answer one request."""
    request = asked()
    problem = files.problem_of(request["problem"])
    outcome = planner.plan(problem, seed=request["seed"], on_progress=until(request["seconds"], _Percents().hear))
    wanted = None if request["wanted"] is None else {(one, other) for one, other in request["wanted"]}
    say({"found": found_of(problem, prefer(problem, outcome.plan, wanted or ()), wanted)})


class _Percents:
    """Tells each percent once."""

    def __init__(self) -> None:
        self.last = -1

    def hear(self, stand: Stand) -> None:
        """Called by the solver."""
        percent = min(100, 100 * stand.done // max(stand.of, 1))
        if percent != self.last:
            self.last = percent
            say({"progress": percent})
