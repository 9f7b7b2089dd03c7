"""Pasting rich text: what comes back, and who may."""

from collections.abc import Callable

from flask.testing import FlaskClient

from peernet.text.foreign.asking import MAX_HTML
from tests.world import World


def test_what_is_pasted_comes_back_as_markdown(sign_in: Callable[..., FlaskClient], world: World) -> None:
    answer = sign_in(world.stranger).post("/paste", data={"html": "<p>A <b>word</b></p><script>x()</script>"})
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "A **word**\n")


def test_what_is_too_large_or_nested_without_end_is_refused(sign_in: Callable[..., FlaskClient], world: World) -> None:
    client = sign_in(world.stranger)
    refused = [
        client.post("/paste", data={"html": html}).status_code for html in ("x" * (MAX_HTML + 1), "<div>" * 90_000)
    ]
    assert refused == [422, 422]
    assert client.post("/paste").status_code == 422
