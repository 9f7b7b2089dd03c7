"""The tree itself: names, floors, and where protected tables may be read."""

import re
from pathlib import Path

from peernet import tables

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "peernet"
ROOMS = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").is_file()}
# Words of members: their rows are loaded in ``access``, for whom they belong to, and nowhere else.
PROTECTED = {
    ("prompts/access.py",): ("Draft", "Done"),
    ("prompts/access.py", "prompts/seats_access.py", "prompts/threads_access.py"): ("Response",),
    ("prompts/seats_access.py",): ("SharedDraft", "DraftAuthor", "Author", "SeatDone"),
    ("prompts/addressed_access.py",): ("Addressee",),
    ("prompts/library_access.py",): ("KeptPrompt",),
    ("prompts/threads_access.py",): ("FollowUp", "Resonance"),
    ("roundtables/hours/access.py",): ("WeeklyHours",),
}
VAGUE = {"utils", "util", "helpers", "services", "common", "manager", "misc"}


def test_templates_belong_to_rooms() -> None:
    folders = {path.name for path in (PACKAGE / "templates").iterdir() if path.is_dir()} - {"emails"}
    mails = {path.name for path in (PACKAGE / "templates" / "emails").iterdir() if path.is_dir()}
    assert (folders - ROOMS, mails - ROOMS) == (set(), set())


def test_every_mail_has_its_three_templates() -> None:
    folder = PACKAGE / "templates" / "emails"
    subjects = sorted(folder.rglob("*.subject.txt"))
    missing = [
        str(path.relative_to(folder))
        for path in subjects
        for ending in (".txt", ".html")
        if not path.with_name(path.name.replace(".subject.txt", ending)).is_file()
    ]
    assert missing == []
    assert subjects


def test_no_room_has_a_vague_name() -> None:
    vague = [str(path) for path in PACKAGE.rglob("*.py") if path.stem in VAGUE]
    assert vague == []


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = [str(path) for path in PACKAGE.rglob("*.py") if len(path.read_text().splitlines()) > 400]
    assert long == []


def test_what_members_write_is_read_in_access_alone() -> None:
    found = [
        (str(path.relative_to(PACKAGE)), models)
        for allowed, models in PROTECTED.items()
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).as_posix() not in allowed
        and re.search(rf"\b(?:select|get|get_one|query)\(\s*(?:{'|'.join(models)})\b", path.read_text())
    ]
    assert found == []


def test_every_model_is_in_the_list_of_tables() -> None:
    listed = {module.__name__ for module in tables.ROOMS}
    there = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in PACKAGE.rglob("models.py")}
    assert there - listed == set()
