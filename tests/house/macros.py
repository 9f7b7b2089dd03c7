"""A page with every macro imported, in plain Jinja: what the tests of macros write with."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from peernet.i18n import formats, native_name

TEMPLATES = Path(__file__).parents[2] / "peernet" / "templates"
IMPORTS = """
{%- from "web/macros/forms.html" import form, field, textarea, select, radios, checkboxes, checkbox, upload, group,
    submit, errors_summary, autosave_state, hidden with context -%}
{%- from "web/macros/parts.html" import page_head, question, empty, time, when, day, mark, voice, status, timeline,
    table, pager, confirm, definition, notice_list with context -%}
{%- from "web/macros/material.html" import material_card, licence, byline, cite with context -%}
{%- from "web/macros/pictures.html" import roundtable_table, cohort_line, rate with context -%}
"""
EVIL = '<b>"&'
ESCAPED = "&lt;b&gt;&#34;&amp;"
MOMENT = datetime(2026, 12, 8, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Setting:
    """What the page around a macro says."""

    direction: str = "ltr"
    notices: tuple[str, ...] = ()


@cache
def _environment(setting: Setting) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    for name in ("format_date", "format_time", "format_moment", "time_pair", "zone_city"):
        environment.filters[name] = getattr(formats, name)
    environment.filters["native_name"] = native_name
    environment.globals.update(
        language=lambda: "en",
        url_for=lambda endpoint, **named: "/" + "/".join([endpoint, *named.values()]),
        direction=lambda: setting.direction,
        notices=lambda: setting.notices,
        csrf_token=lambda: "token",
        once_key=lambda: Markup('<input type="hidden" name="_once" value="once">'),
    )
    return environment


def write(source: str, setting: Setting | None = None, **values: object) -> str:
    """Render ``source`` with every macro imported; white space between tags is left out."""
    template = _environment(setting or Setting()).from_string(IMPORTS + source)
    html = template.render(evil=EVIL, moment=MOMENT, **values)
    return " ".join(html.split()).replace("> <", "><")
