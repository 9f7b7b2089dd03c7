"""The child process that lays a book out: the only place that knows WeasyPrint.

Reads an order as one JSON document, writes the PDF. It is bounded in memory, time and what it may open: the pictures
come with the order, and neither the network nor a file of this machine is within reach of Python code here, except the
code itself. (Fonts are opened by fontconfig, a library in C.)
"""

import io
import json
import logging
import resource
import sys
import sysconfig
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Every picture's address begins so; the name is of a kind that no resolver knows (RFC 6761, section 6.4).
BASE = "book://here.invalid/"
# A trial is no book: one word, so that fonts are tried as well.
TRIAL = "<!DOCTYPE html><html lang='en'><title>Trial</title><p>Trial"
_REFUSED = (
    *("socket.", "urllib.", "http.", "ftplib."),
    *("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork"),
    *("os.remove", "os.rename", "os.link", "os.symlink", "os.mkdir", "shutil."),
)


def main() -> None:
    """Lay out one book and end; a message on standard error and an exit code of 1 say why there is none."""
    order = json.loads(sys.stdin.buffer.read())
    _bound(order)
    try:
        import weasyprint  # noqa: PLC0415 - an extra, loaded in this process alone
    except (ImportError, OSError) as error:
        raise SystemExit(f"{type(error).__name__}: {str(error).strip().splitlines()[0]}") from None
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    sys.addaudithook(_guard)
    sys.stdout.buffer.write(_written(weasyprint, order))


def _bound(order: Mapping[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _written(weasyprint: Any, order: Mapping[str, Any]) -> bytes:
    pictures = {name: (mime, b64decode(data)) for name, (mime, data) in order["pictures"].items()}

    class Handed(weasyprint.URLFetcher):  # type: ignore[misc]
        """Gives what came with the order, and nothing else."""

        def fetch(self, url: str, headers: object = None) -> Any:
            mime, data = pictures[url.removeprefix(BASE)]
            return weasyprint.urls.URLFetcherResponse(url, data, {"Content-Type": mime})

    document = weasyprint.HTML(string=order["html"], base_url=BASE, url_fetcher=Handed())
    done = io.BytesIO()
    plain = bool(order.get("plain"))
    document.write_pdf(
        done, pdf_variant="pdf/ua-1", optimize_images=True, jpeg_quality=85, dpi=220, uncompressed_pdf=plain
    )
    return done.getvalue()


def _roots() -> Iterator[str]:
    """Folders of the code itself, which imports it piece by piece, and of what comes with it."""
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        yield str(Path(sysconfig.get_path(name)).resolve())
    yield from (str(Path(path).resolve()) for path in sys.path if path and Path(path).is_dir())


_CODE = tuple(f"{root}/" for root in {*_roots()} if root != "/")


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook (PEP 578): what this process has no need of is refused, whoever asks for it."""
    if event.startswith(_REFUSED):
        raise PermissionError(f"{event} is refused")
    if event == "open" and not _may_open(*arguments[:2]):
        raise PermissionError(f"{arguments[0]!r} is not opened")


def _may_open(path: object, mode: object) -> bool:
    if not isinstance(path, str) or (isinstance(mode, str) and set(mode) & set("wax+")):
        return False
    return str(Path(path).absolute()).startswith(_CODE) and ".." not in Path(path).parts
