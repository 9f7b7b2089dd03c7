"""Import of 1,000 Markdown files of 5 kB into an empty database, and of the same files again.

Run with ``python -m benchmarks.importing [FILES]``. The bar is 20 seconds on two cores, with progress shown.
"""

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from pydantic import SecretStr

from peernet.db import Database, migrations
from peernet.materials.exchange import Result, bring_in, send_out
from peernet.settings import Settings, use

FILES = 1_000
BYTES = 5_000
_WORDS = "we asked who decides about shared data and heard that trust grows slowly when people write down what they do"


def write_files(folder: Path, count: int) -> None:
    """Texts as people write them: headings, lists, a table, a quotation, a footnote, links to one another."""
    chance = random.Random(7)
    (folder / "materials").mkdir(parents=True)
    (folder / "topics").mkdir()
    (folder / "topics" / "trust.md").write_text("---\nname: Trust\nkind: theme\nposition: 1\n---\n\nOn trust.\n")
    for number in range(count):
        text = _text(chance, number, count)
        (folder / "materials" / f"material-{number:05}.md").write_text(text)


def _text(chance: random.Random, number: int, count: int) -> str:
    head = (
        f'---\ntitle: "Material number {number}"\nsummary: "{_sentence(chance)}"\nkind: blogpost\nlanguage: en\n'
        'licence: CC-BY-4.0\npublished_on: 2026-11-01\ntopics: [trust]\nauthors:\n  - {name: "The editors"}\n---\n\n'
    )
    parts = [_sentence(chance) + "[^1]", "[^1]: " + _sentence(chance)]
    while sum(map(len, parts)) < BYTES - len(head) - 400:
        other = chance.randrange(count)
        parts += [
            "## " + _sentence(chance, 5).rstrip("."),
            " ".join(_sentence(chance, 18) for _ in range(4)),
            f"See [another](material-{other:05}.md) and **this**: *{_sentence(chance, 6)}*",
            "\n".join(f"- {_sentence(chance, 8)}" for _ in range(4)),
            "> " + _sentence(chance, 20),
        ]
    parts.append("| A | B |\n|---|---|\n" + "\n".join(f"| {_sentence(chance, 3)} | {row} |" for row in range(5)))
    return head + "\n\n".join(parts) + "\n"


def _sentence(chance: random.Random, words: int = 12) -> str:
    return " ".join(chance.choices(_WORDS.split(), k=words)).capitalize() + "."


def _progress(done: int, total: int) -> None:
    print(f"\r{done} of {total}", end="", flush=True)


def main() -> None:
    """Write, import, import again, export, and say how long each took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_files(folder / "in", count)
        use(Settings(data=folder / "data", secret_key=SecretStr("x" * 40)))
        (folder / "data").mkdir()
        database = Database(
            os.environ.get("PEERNET_TEST_DATABASE_URL") or f"sqlite:///{folder / 'data' / 'peernet.db'}"
        )
        migrations.upgrade(database)
        size = sum(path.stat().st_size for path in (folder / "in" / "materials").iterdir())
        print(f"{count} files of {size // count} bytes")
        for name in ("first import", "second import"):
            began, spent = time.perf_counter(), time.process_time()
            report = bring_in(database, folder / "in", on_progress=_progress)
            taken, spent = time.perf_counter() - began, time.process_time() - spent
            counts = ", ".join(f"{report.count(result)} {result.value}" for result in Result)
            print(f"\r{name}: {taken:.1f} s, of this process {spent:.1f} s of CPU ({counts})")
        began = time.perf_counter()
        send_out(database, folder / "out")
        print(f"export: {time.perf_counter() - began:.1f} s")
        database.dispose()


if __name__ == "__main__":
    main()
