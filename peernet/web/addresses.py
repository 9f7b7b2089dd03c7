"""The form with which a thing is given another address: the same for everything that has one."""

from typing import Annotated

from pydantic import Field

from peernet.web.inputs import Form, Input, Line
from peernet.web.pages import render


class Address(Input):
    """Another address."""

    slug: Annotated[Line, Field(min_length=1, max_length=120)]


def page(*, name: str, slug: str, below: str, former: list[str], action: str, back: str, form: Form | None) -> str:
    """The page: ``name`` is what the thing is called, ``below`` where its addresses lie ("/library/"), ``former`` are
    the slugs that it had, ``action`` takes the form and ``back`` is where whoever changes nothing came from."""
    return render(
        "web/address.html",
        name=name,
        slug=slug,
        below=below,
        former=former,
        action=action,
        back=back,
        form_state=form or Form({"slug": slug}),
    )
