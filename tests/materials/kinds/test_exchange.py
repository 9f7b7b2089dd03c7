"""What a kind needs, as files beside a text: in and out."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peernet.db import Database
from peernet.materials import publishing
from peernet.materials.exchange import Result, send_out
from peernet.materials.models import Material, MaterialVersion
from peernet.web.viewer import NOBODY
from tests.materials.folders import Bring, counts, files, put

VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Facilitator>What do you steward?"
MORE = {
    "materials/film.md": "title: Film\nkind: video\nvideo: {url: https://example.org/v, captions: film.vtt}",
    "materials/film.vtt": f"{VTT}\n",
    "materials/chart.md": 'title: Chart\nkind: graphic\ngraphic: {description: "Two bars.", data: chart.csv}',
    "materials/chart.csv": "City,Hours\nLima,-5\n",
    "materials/annual.md": "title: Annual\nkind: report\nabstract: It rained.",
    "materials/all.md": "title: All\nkind: playbook\nchapters: [film, chart]",
}


def beside(folder: Path, **changed: str) -> Path:
    """A folder with one material of each kind that has something beside its text."""
    for path, text in MORE.items():
        text = changed.get(path.split("/")[1].replace(".", "_"), text)
        put(folder, path, f"---\n{text}\n---\n\nWords of {path}." if path.endswith(".md") else text)
    return folder


def test_what_a_kind_needs_comes_in_and_goes_out_again(
    database: Database, db: Session, bring: Bring, tmp_path: Path
) -> None:
    folder = beside(tmp_path / "in")
    assert counts(bring(folder)) == (4, 0, 0, 0)
    versions = select(Material.slug, MaterialVersion.particulars).join(
        Material, Material.id == MaterialVersion.material_id
    )
    found = dict(db.execute(versions).all())
    ids = dict(db.execute(select(Material.slug, Material.id)).all())
    assert found == {
        "film": {"captions": VTT},
        "chart": {"description": "Two bars.", "dataset": "City,Hours\nLima,-5"},
        "annual": {"abstract": "It rained."},
        "all": {"chapters": [[ids["film"], 1], [ids["chart"], 1]]},
    }
    send_out(database, tmp_path / "out")
    written = files(tmp_path / "out")
    assert {path: written[path] for path in MORE if not path.endswith(".md")} == {
        path: text.encode() for path, text in MORE.items() if not path.endswith(".md")
    }
    assert counts(bring(tmp_path / "out"))[:2] == (0, 0)
    assert b"chapters: [film, chart]\n" in written["materials/all.md"]


def test_what_a_kind_needs_is_refused_with_its_reason(bring: Bring, tmp_path: Path) -> None:
    folder = beside(
        tmp_path,
        film_md="title: Film\nkind: video\nvideo: {url: https://example.org/v, captions: none.vtt}",
        chart_csv="a,b\n1,=1",
        annual_md="title: Annual\nkind: blogpost\nabstract: It rained.",
    )
    refused = {each.path: each.reason for each in bring(folder).entries if each.result is Result.REFUSED}
    assert refused == {
        "materials/film.md": "There is no file none.vtt.",
        "materials/chart.md": "chart.csv: Line 2: “=1” would be computed by a spreadsheet. Begin it with another sign.",
        "materials/annual.md": "“abstract” belongs to the kind report.",
        "materials/all.md": "chapters: there is no material “film”.",
    }
    not_for_sale = f"{MORE['materials/annual.md']}\nlicence: https://creativecommons.org/licenses/by-nc/4.0/"
    whole = "title: All\nkind: playbook\nchapters: [annual]"
    refused = {
        each.path: each.reason
        for each in bring(beside(tmp_path / "more", annual_md=not_for_sale, all_md=whole)).entries
        if each.result is Result.REFUSED
    }
    assert refused == {
        "materials/all.md": "Some chapters may not stand in a playbook under this licence. “Annual”: CC BY 4.0 lets "
        "readers sell copies, and CC BY-NC 4.0 does not. Choose a licence with NC for the playbook, or take the "
        "chapter out."
    }


def test_an_export_names_no_chapter_that_was_withdrawn(
    database: Database, db: Session, bring: Bring, tmp_path: Path
) -> None:
    bring(beside(tmp_path / "in"))
    film = db.scalars(select(Material).where(Material.slug == "film").options(joinedload(Material.current))).one()
    publishing.withdraw(db, NOBODY, film, why="A mistake.")
    db.commit()
    send_out(database, tmp_path / "out")
    written = files(tmp_path / "out")
    assert ("materials/film.md" in written, b"film" in written["materials/all.md"]) == (False, False)
