"""The macros of forms, in every state: empty, filled, refused, disabled; hostile words are escaped."""

from typing import Any

import pytest

from peernet.web.inputs import Form
from tests.house.macros import ESCAPED, EVIL, write

REFUSED = Form(
    values={"a": EVIL, "n": 0, "z": "b", "d": ["x"], "ok": True},
    errors={"a": [EVIL, "Two."], "z": ["No."], "": ["All of it."]},
)

MARKS = (
    '<div class="marks" role="toolbar" aria-label="Marks" aria-controls="f-a" data-marks-for="f-a" hidden>'
    '<button type="button" class="quiet" data-key="b" aria-keyshortcuts="Control+B Meta+B" data-before="**" '
    'data-after="**" data-sample="strong words">Bold</button>'
    '<button type="button" class="quiet" data-key="i" aria-keyshortcuts="Control+I Meta+I" data-before="*" '
    'data-after="*" data-sample="stressed words">Italic</button>'
    '<button type="button" class="quiet" data-line="## " data-sample="Heading">Heading</button>'
    '<button type="button" class="quiet" data-key="k" aria-keyshortcuts="Control+K Meta+K" data-before="[" '
    'data-after="](https://)" data-sample="words of the link">Link</button>'
    '<button type="button" class="quiet" data-line="- " data-sample="an item">List</button>'
    '<button type="button" class="quiet" data-line="1. " data-sample="an item">Numbered list</button>'
    '<button type="button" class="quiet" data-line="&gt; " data-sample="words of somebody else">Quote</button>'
    '<button type="button" class="quiet" data-before="`" data-after="`" data-fence="```" '
    'data-sample="code">Code</button>'
    '<button type="button" class="quiet" data-head="Heading" data-cell="cell">Table</button>'
    '<button type="button" class="quiet" data-note="What the note says.">Footnote</button></div>'
)
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "form with attributes and upload": (
        '{% call form("/x?a=1&b=2", upload=True, state=e, data_autosave="/auto", novalidate=True, '
        "hidden=None) %}<p>in</p>{% endcall %}",
        {"e": None},
        '<form method="post" action="/x?a=1&amp;b=2" enctype="multipart/form-data" data-autosave="/auto" '
        "novalidate>"
        '<input type="hidden" name="csrf_token" value="token">'
        '<input type="hidden" name="_once" value="once"><p>in</p></form>',
    ),
    "field with an error": (
        '{{ field(e, "a", evil, hint=evil, required=True, autocomplete="off", maxlength=9) }}',
        {"e": REFUSED},
        f'<div class="field is-wrong"><label for="f-a">{ESCAPED}</label>'
        f'<p class="hint" id="f-a-hint">{ESCAPED}</p><p class="error" id="f-a-error">{ESCAPED} Two.</p>'
        f'<input type="text" id="f-a" name="a" value="{ESCAPED}" required autocomplete="off" '
        'aria-describedby="f-a-hint f-a-error" aria-invalid="true" maxlength="9">'
        "</div>",
    ),
    "field without a state": (
        '{{ field(none, "a", "A") }}',
        {},
        '<div class="field"><label for="f-a">A <span class="optional">(optional)</span>'
        '</label><input type="text" id="f-a" name="a" value=""></div>',
    ),
    "field with zero and an own id": (
        '{{ field(e, "n", "N", type="number", disabled=True, id="other") }}',
        {"e": REFUSED},
        '<div class="field">'
        '<label for="other">N <span class="optional">(optional)</span></label>'
        '<input type="number" id="other" name="n" value="0" disabled></div>',
    ),
    "password is never written back": (
        '{{ field(e, "a", "P", type="password", required=True) }}',
        {"e": Form(values={"a": "secret"})},
        '<div class="field"><label for="f-a">P</label>'
        '<input type="password" id="f-a" name="a" value="" required></div>',
    ),
    "textarea with preview": (
        '{{ textarea(e, "a", "A", rows=3, data_preview="/p") }}',
        {"e": REFUSED},
        '<div class="field is-wrong">'
        '<label for="f-a">A <span class="optional">(optional)</span></label>'
        f'<p class="error" id="f-a-error">{ESCAPED} Two.</p>'
        '<textarea id="f-a" name="a" rows="3" aria-describedby="f-a-error" aria-invalid="true" '
        f'data-preview="/p"> {ESCAPED}</textarea>'
        '<div class="preview prose" role="region" aria-label="Preview" data-preview-of="f-a">'
        "</div></div>",
    ),
    "textarea in Markdown": (
        '{{ textarea(none, "a", "A", markdown=True, required=True) }}',
        {},
        '<div class="field"><label for="f-a">A</label>'
        '<p class="hint" id="f-a-hint">Markdown is understood: **strong**, *emphasis*, - lists, '
        "[links](https://example.org).</p>"
        + MARKS
        + '<textarea id="f-a" name="a" rows="8" class="long" required aria-describedby="f-a-hint" '
        'data-paste="/pasting.paste">'
        "</textarea></div>",
    ),
    "select refused": (
        '{{ select(e, "z", "Z", [("a", "A"), ("b", evil)], hint="H") }}',
        {"e": REFUSED},
        '<div class="field is-wrong"><label for="f-z">Z</label>'
        '<p class="hint" id="f-z-hint">H</p><p class="error" id="f-z-error">No.</p>'
        '<select id="f-z" name="z" aria-describedby="f-z-hint f-z-error" aria-invalid="true">'
        f'<option value="a">A</option><option value="b" selected>{ESCAPED}</option></select>'
        "</div>",
    ),
    "select optional": (
        '{{ select(none, "z", "Z", [("", "None")], required=False) }}',
        {},
        '<div class="field"><label for="f-z">Z <span class="optional">(optional)</span>'
        '</label><select id="f-z" name="z"><option value="" selected>None</option>'
        "</select></div>",
    ),
    "radios refused": (
        '{{ radios(e, "z", "Z", [("a", "A", "why"), ("b", evil, "")]) }}',
        {"e": REFUSED},
        '<fieldset class="field choices is-wrong" aria-describedby="f-z-all-error">'
        '<legend>Z</legend><p class="error" id="f-z-all-error">No.</p>'
        '<div class="choice">'
        '<input type="radio" id="f-z" name="z" value="a" aria-describedby="f-z-hint" required>'
        '<label for="f-z">A</label><p class="hint" id="f-z-hint">why</p></div>'
        '<div class="choice">'
        '<input type="radio" id="f-z-2" name="z" value="b" checked required>'
        f'<label for="f-z-2">{ESCAPED}</label></div></fieldset>',
    ),
    "checkboxes": (
        '{{ checkboxes(e, "d", "D", [("x", "X", ""), ("y", "Y", "")]) }}',
        {"e": REFUSED},
        '<fieldset class="field choices">'
        '<legend>D <span class="optional">(optional)</span></legend>'
        '<div class="choice">'
        '<input type="checkbox" id="f-d" name="d" value="x" checked>'
        '<label for="f-d">X</label></div><div class="choice">'
        '<input type="checkbox" id="f-d-2" name="d" value="y">'
        '<label for="f-d-2">Y</label></div></fieldset>',
    ),
    "checkbox ticked": (
        '{{ checkbox(e, "ok", "OK", hint="H") }}',
        {"e": REFUSED},
        '<div class="field"><div class="choice">'
        '<input type="checkbox" id="f-ok" name="ok" value="yes" checked aria-describedby="f-ok-hint">'
        '<label for="f-ok">OK</label><p class="hint" id="f-ok-hint">H</p></div></div>',
    ),
    "checkbox empty": (
        '{{ checkbox(none, "ok", "OK", value="1") }}',
        {},
        '<div class="field"><div class="choice">'
        '<input type="checkbox" id="f-ok" name="ok" value="1">'
        '<label for="f-ok">OK</label></div></div>',
    ),
    "upload": (
        '{{ upload(none, "f", "F", accept="image/png", required=True, multiple=True) }}',
        {},
        '<div class="field"><label for="f-f">F</label>'
        '<input type="file" id="f-f" name="f" accept="image/png" required multiple>'
        "</div>",
    ),
    "group": (
        '{% call group(evil, hint="H") %}in{% endcall %}',
        {},
        f'<fieldset class="group"><legend>{ESCAPED}</legend><p class="hint">H</p>in </fieldset>',
    ),
    "submit": (
        '{{ submit(evil) }}{{ submit("B", "quiet", name="n", value="v") }}'
        '{{ submit("C", "danger", data_confirm=evil) }}',
        {},
        f'<button type="submit" class="primary">{ESCAPED}</button>'
        '<button type="submit" class="quiet" name="n" value="v">B</button>'
        f'<button type="submit" class="danger" data-confirm="{ESCAPED}">C</button>',
    ),
    "errors summary": (
        "{{ errors_summary(e) }}",
        {"e": REFUSED},
        '<div class="errors" id="errors" role="alert" tabindex="-1" autofocus>'
        "<h2>Not done yet: something needs another look</h2>"
        '<p>What you typed is still here.</p><ul class="errors-list"><li>'
        f'<a href="#f-a">{ESCAPED} Two.</a></li><li><a href="#f-z">No.</a></li>'
        "<li>All of it.</li></ul></div>",
    ),
    "no errors, no summary": (
        "{{ errors_summary(none) }}{{ errors_summary(e) }}",
        {"e": Form()},
        "",
    ),
    "autosave state": (
        "{{ autosave_state() }}",
        {},
        '<p class="autosave" role="status" data-autosave-state data-saving="Saving" data-saved="Saved as '
        'a draft" data-failed="Not saved yet. Your text stays in this page, and saving is tried again.">'
        "</p>",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_macro(name: str) -> None:
    source, values, expected = CASES[name]
    assert write(source, **values) == expected


def test_hidden_and_ids_stay_apart_when_a_page_has_two_forms() -> None:
    html = write('{{ field(none, "a", "A", hint="H", required=True, id="x-a") }}{{ hidden("n", evil) }}')
    assert html == (
        '<div class="field"><label for="x-a">A</label><p class="hint" id="x-a-hint">H</p>'
        '<input type="text" id="x-a" name="a" value="" required aria-describedby="x-a-hint"></div>'
        f'<input type="hidden" name="n" value="{ESCAPED}">'
    )
