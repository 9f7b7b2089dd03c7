"""The planner knows the standard library and itself."""

import ast
import sys
from pathlib import Path

import peernet.groups.mixing

PACKAGE = Path(peernet.groups.mixing.__file__).parent
OWN = "peernet.groups.mixing"
# A plan may depend on none of these: they differ from one machine or moment to the next. Nor on ``math``, whose last
# bits do.
CHANGING = {"time", "random", "os", "threading", "multiprocessing", "math"}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_it_imports_the_standard_library_and_itself() -> None:
    foreign = {
        f"{path.name}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name in imported(path)
        if not name.startswith(OWN) and (name.split(".")[0] not in sys.stdlib_module_names or name in CHANGING)
    }
    assert foreign == set()
