"""The logo of the network inside an HTML file that loads nothing: at its head, as data, small enough to pass on."""

from base64 import b64encode

from peernet.brand import logo
from peernet.settings import current
from peernet.text.xml import escaped

_DARK = "(prefers-color-scheme: dark)"


def head(*, beside_name: bool = False) -> str:
    """A paragraph with it, empty for a network without one. ``beside_name``: the name of the network stands beside it,
    so that it is not said twice."""
    settings = current()
    own = logo.carried(settings)
    if own is None:
        return ""
    alt = "" if beside_name and not own.has_name else escaped(settings.network.name)
    dark = f'<source srcset="{_data(own.files["brand/logo-dark.webp"])}" media="{_DARK}">' if own.has_dark else ""
    picture = f'<img src="{_data(own.files["brand/logo.webp"])}" width="{own.width}" height="{own.height}" alt="{alt}">'
    return f'<p class="logo"><picture>{dark}{picture}</picture></p>\n'


def _data(webp: bytes) -> str:
    return f"data:image/webp;base64,{b64encode(webp).decode()}"
