"""A material as a chapter: its head, its text, and where it comes from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from peernet.i18n import gettext as _
from peernet.i18n import use_language, written_language
from peernet.i18n.formats import format_date
from peernet.materials import attribution, citation, corrections, licences
from peernet.materials.attribution import PartLine
from peernet.materials.citation import Cited
from peernet.materials.corrections import Correction
from peernet.materials.credits import authors, display_name
from peernet.materials.kinds import reading
from peernet.materials.kinds.datasets import Dataset
from peernet.materials.kinds.particulars import Particulars, of_json
from peernet.materials.kinds.reading import ChapterRead
from peernet.materials.models import Credit, Material, MaterialFile, MaterialVersion
from peernet.materials.quotations import showing
from peernet.materials.quotations.showing import Place
from peernet.materials.taking import citing, markup
from peernet.materials.taking.books import Chapter
from peernet.materials.taking.citing import licence_name
from peernet.materials.taking.markup import Surroundings
from peernet.materials.taking.pictures import Picture
from peernet.materials.words import CREDITS, KINDS
from peernet.text.captions import Said
from peernet.text.xml import escaped


def chapter(
    version: MaterialVersion,
    places: Sequence[Place],
    cited: Cited,
    *,
    base: str,
    pictures: Mapping[str, Picture],
    name: str = "text",
    inside: Callable[[str], str | None] = lambda _address: None,
    rows: Sequence[MaterialFile] = (),
    corrected: Sequence[Correction] | None = None,
    contents: Sequence[Material | None] = (),
) -> Chapter:
    """A version as it may be read now, in the language it is written in. ``base`` is the site's address; ``inside``
    says where in the same book an address of the site stands; ``name`` leads every id; ``rows`` are pictures, which are
    named with those who made them; ``corrected`` is what was put right up to this version, where all of it is known;
    ``contents`` are the chapters of a playbook that stand elsewhere, None for one that was withdrawn."""
    prefix = "" if name == "text" else f"{name}-"
    around = Surroundings(base, _files(pictures), inside, prefix, {name})
    with use_language(written_language(version.language)):
        beside = of_json(version.particulars)
        text = markup.text(places, around)
        parts = [
            _head(version, cited),
            _video(version, beside, cited),
            _abstract(beside),
            text,
            _beside(beside),
            _contents(contents, base, inside),
            _about(version, cited, attribution.parts(version, rows), _own(version) if corrected is None else corrected),
        ]
    headings = [entry | {"id": prefix + entry["id"]} for entry in version.toc if prefix + entry["id"] in around.ids]
    return Chapter(name, version.title, "\n".join(filter(None, parts)), version.language, headings)


def of_playbook(
    one: ChapterRead,
    language: str,
    *,
    base: str,
    pictures: Mapping[str, Picture],
    inside: Callable[[str], str | None],
    rows: Sequence[MaterialFile] = (),
) -> Chapter:
    """A chapter of a playbook, or what stands in its place where it was withdrawn, in the playbook's ``language``."""
    name = f"m{one.place}"
    if one.version is None:
        with use_language(written_language(language)):
            gone = escaped(_("A chapter was withdrawn."))
            return Chapter(
                name, _("Withdrawn"), f'<h1>{escaped(_("Withdrawn"))}</h1><p class="gone">{gone}</p>', language
            )
    places = showing.places(one.version.html, one.quoted)
    cited = citing.cited(one.material, one.version)
    return chapter(one.version, places, cited, base=base, pictures=pictures, name=name, inside=inside, rows=rows)


def others(version: MaterialVersion) -> list[str]:
    """Whoever is named beside the authors."""
    return [display_name(entry) for entry in version.credits if entry["credit"] != Credit.AUTHOR.value]


def _files(pictures: Mapping[str, Picture]) -> Callable[[str], str | None]:
    return lambda address: f"images/{pictures[address].name}" if address in pictures else None


def _head(version: MaterialVersion, cited: Cited) -> str:
    lines = [
        f'<p class="kicker">{escaped(str(KINDS[version.kind]))} · {escaped(format_date(cited.day))}</p>',
        f"<h1>{escaped(version.title)}</h1>",
    ]
    if version.summary:
        lines.append(f'<p class="lead">{escaped(version.summary)}</p>')
    if names := authors(version.credits):
        lines.append(f'<p class="byline">{escaped(_("By %(names)s", names=_listed(names)))}</p>')
    return f"<header>{''.join(lines)}</header>"


def _video(version: MaterialVersion, beside: Particulars, cited: Cited) -> str:
    """Where it plays: a book holds no films."""
    address = version.video_url or (cited.url if beside.film else "")
    return f"<p>{markup.link(address, _('Watch the video'))}</p>" if address else ""


def _abstract(beside: Particulars) -> str:
    return _section(_("Summary"), _paragraphs(beside.abstract)) if beside.abstract else ""


def _beside(beside: Particulars) -> str:
    """What a graphic shows and was drawn from, and what is said in a video."""
    parts = [_section(_("What the graphic shows"), _paragraphs(beside.description)) if beside.description else ""]
    if table := reading.dataset(beside):
        parts.append(_section(_("The data"), _table(table)))
    if said := reading.transcript(beside):
        parts.append(_section(_("Transcript"), "".join(map(_said, said))))
    return "\n".join(filter(None, parts))


def _contents(contents: Sequence[Material | None], base: str, inside: Callable[[str], str | None]) -> str:
    """The chapters of a playbook in order, each with the place where it stands."""
    if not contents:
        return ""
    lines = "".join(f"<li>{_entry(each, base, inside)}</li>" for each in contents)
    return _section(_("Chapters"), f"<ol>{lines}</ol>")


def _entry(material: Material | None, base: str, inside: Callable[[str], str | None]) -> str:
    if material is None:
        return f'<span class="gone">{escaped(_("A chapter was withdrawn."))}</span>'
    here = inside(material.address)
    title = escaped(material.title)
    return (
        f'<a href="{escaped(here)}">{title}</a>' if here else markup.link(f"{base}{material.address}", material.title)
    )


def _section(title: str, html: str) -> str:
    return f"<section><h2>{escaped(title)}</h2>{html}</section>"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escaped(each)}</p>" for each in reading.paragraphs(text))


def _said(each: Said) -> str:
    who = f"<strong>{escaped(each.speaker)}:</strong> " if each.speaker else ""
    return f"<p>{each.clock} {who}{escaped(each.text)}</p>"


def _table(table: Dataset) -> str:
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in table.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{escaped(value)}</td>' for value in row)}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _own(version: MaterialVersion) -> list[Correction]:
    """What the version itself put right."""
    is_one = corrections.is_one(version.number, version.note)
    return [Correction(version.published_at.date(), version.note)] if is_one else []


def _about(version: MaterialVersion, cited: Cited, parts: Sequence[PartLine], corrected: Sequence[Correction]) -> str:
    """Where it comes from, who else is named, what may be done with it, and how to cite it."""
    facts = "".join(f"<dt>{escaped(term)}</dt><dd>{said}</dd>" for term, said in _facts(version, cited, corrected))
    title, cite = escaped(_("About this material")), escaped(citation.plain(cited))
    return (
        f'<section class="about"><h2>{title}</h2><dl>{facts}</dl>'
        f"{_parts(parts)}<h3>{escaped(_('How to cite'))}</h3><p>{cite}</p>"
        f"<h3>{escaped(_('How to name it on a copy'))}</h3>"
        f"<p>{escaped(attribution.plain(cited, version.licence, has_parts=bool(parts)))}</p></section>"
    )


def _parts(parts: Sequence[PartLine]) -> str:
    """Pictures and files that somebody else made, or that have a licence of their own."""
    if not parts:
        return ""
    listed = "".join(f"<li>{', '.join(_part(line))}</li>" for line in parts)
    return f"<h3>{escaped(_('Pictures and files'))}</h3><ul>{listed}</ul>"


def _part(line: PartLine) -> Iterator[str]:
    yield escaped(line.name)
    if line.creator:
        yield escaped(_("by %(name)s", name=line.creator))
    if line.licence:
        yield markup.link(line.licence.url, line.licence.name)
    if line.is_reserved:
        yield escaped(_("all rights reserved"))
    if line.source_url:
        yield markup.link(line.source_url, line.source_url)
    if line.changes:
        yield escaped(_("changed: %(what)s", what=line.changes))
    if line.permission:
        on = f" ({format_date(line.permission_on)})" if line.permission_on else ""
        yield escaped(_("used with permission: %(what)s", what=line.permission) + on)


def _facts(version: MaterialVersion, cited: Cited, corrected: Sequence[Correction]) -> Iterator[tuple[str, str]]:
    yield _("Source"), f"{escaped(cited.publisher)}: {markup.link(cited.url, cited.url)}"
    yield _("Version"), f"{version.number} · {escaped(format_date(version.published_at.date()))}"
    for one in corrected:
        yield _("Corrected on %(date)s", date=format_date(one.on)), escaped(one.note)
    entries = [entry for entry in version.credits if entry["credit"] != Credit.AUTHOR.value]
    if entries:
        yield _("Also named"), escaped(", ".join(f"{display_name(entry)} ({_role(entry)})" for entry in entries))
    yield _("Licence"), licence(version.licence)


def licence(code: str) -> str:
    """A licence's name that leads to its text."""
    return markup.link(licences.find(code).url, licence_name(code)) if licences.is_known(code) else escaped(code)


def _role(entry: Mapping[str, Any]) -> str:
    return entry["role"] or str(CREDITS[Credit(entry["credit"])])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + _(" and ") + names[-1] if len(names) > 1 else names[0]
