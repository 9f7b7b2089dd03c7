"""The gate: nothing is published while a quotation in it lacks consent to its current wording, or while words of an
answer stand outside a quotation."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials.checks import Check
from peernet.materials.models import Material, MaterialVersion
from peernet.materials.quotations import access, marks, states
from peernet.materials.quotations.models import Quotation, Shown
from peernet.materials.quotations.overlap import Passage
from peernet.text import plain


def checks(db: Session, material: Material, html: str, passages: Sequence[Passage]) -> Iterator[Check]:
    """How a rendered text stands with its quotations, and with the answers that its words were found in. Says nothing
    where there is nothing to say."""
    refs = marks.refs_in(html)
    if refs:
        found = {each.ref: each for each in db.scalars(access.named(material.id, refs))}
        lacking = [_lacking(ref, found.get(ref)) for ref in refs]
        yield _check(
            "quotations",
            _("Those who speak for the quotations agreed to their wording."),
            _("Not every quotation has a yes to its present wording."),
            [text for text in lacking if text],
        )
    yield _check(
        "answers",
        _("No words of an answer stand outside a quotation."),
        _("Words of answers stand outside a quotation. Quote them, write them anew, or say why they may stand."),
        [_("Line %(line)s: “%(words)s”", line=each.line, words=plain.excerpt(each.words, 160)) for each in passages],
    )


def pin(db: Session, material: Material, version: MaterialVersion) -> None:
    """Let a version show the wordings that have consent now. What lacks it has a place there and no words."""
    refs = marks.refs_in(version.html)
    if not refs:
        return
    db.flush()  # the version needs its id
    for quotation in db.scalars(access.named(material.id, refs)):
        if has_consent(quotation):
            db.add(Shown(version_id=version.id, wording_id=quotation.current.id))
    db.flush()


def refuse_unagreed(db: Session, material: Material, html: str) -> None:
    """Raises Refused for a text with a quotation whose current wording lacks consent. Whoever decides meanwhile waits,
    or comes first."""
    refs = marks.refs_in(html)
    quotations = {each.ref: each for each in db.scalars(access.named(material.id, refs))} if refs else {}
    held = {ref: db.scalars(access.held(each.id)).one() for ref, each in sorted(quotations.items())}
    lacking = [_lacking(ref, held.get(ref)) for ref in refs]
    if any(lacking):
        raise Refused(" ".join(text for text in lacking if text))


def has_consent(quotation: Quotation) -> bool:
    """Whether the current wording may be published."""
    return quotation.may_show(quotation.current)


def _lacking(ref: str, quotation: Quotation | None) -> str:
    """What a quotation lacks, in words; empty where nothing."""
    if quotation is None:
        return _("There is no quotation %(ref)s in this material.", ref=ref)
    if has_consent(quotation):
        return ""
    state = states.of(quotation, clock.now())
    if state is states.State.AGREED:
        words = plain.excerpt(quotation.current.source, 80)
        return _("“%(words)s”: nobody may be named in this stretch of the recording.", words=words)
    return _("“%(words)s”: %(state)s.", words=plain.excerpt(quotation.current.source, 80), state=states.WORDS[state])


def _check(name: str, good: str, bad: str, lacking: list[str]) -> Check:
    return Check(name, not lacking, bad if lacking else good, lacking)
