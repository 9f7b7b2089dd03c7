"""Language of what is being written, and gettext.

The language is a context variable: the shell sets it for a request, the worker for a mail. Catalogues are the ``.po``
files in ``locale/``, compiled in memory at first use, so that nothing has to be built.
"""

from peernet.i18n.catalogue import (
    direction,
    gettext,
    is_language,
    language,
    lazy_gettext,
    lazy_pgettext,
    native_name,
    ngettext,
    pgettext,
    plural,
    said,
    use_language,
    written_language,
)

__all__ = [
    "direction",
    "gettext",
    "is_language",
    "language",
    "lazy_gettext",
    "lazy_pgettext",
    "native_name",
    "ngettext",
    "pgettext",
    "plural",
    "said",
    "use_language",
    "written_language",
]
