"""What a browser calls itself, in words that its owner recognises."""

from peernet.i18n import gettext as _

# First match wins: many browsers name the ones that they descend from as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def in_words(agent: str) -> str:
    """ "Firefox on Linux" for a User-Agent header."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), _("A browser"))
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser
