"""Languages to choose from for something that is written or said."""

from peernet.i18n import native_name

# Those in which much is written, beside the ones of the network.
_COMMON = ("en", "fr", "es", "pt", "ar", "de", "hi", "id", "it", "ja", "nl", "no", "ru", "sw", "tr", "uk", "zh")


def languages(*also: str) -> list[tuple[str, str]]:
    """Codes and own names, those in ``also`` among them."""
    codes = dict.fromkeys([*also, *_COMMON])
    return sorted(((code, native_name(code)) for code in codes if code), key=lambda pair: pair[1].casefold())
