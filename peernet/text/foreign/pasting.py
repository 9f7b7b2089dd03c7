"""What is pasted, in the bounded child process."""

from typing import Any

from peernet.text.foreign import child, markdown


def main() -> None:
    """Serve one order and end."""
    child.serve(_made)


def _made(_order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    return {"markdown": markdown.of_html(data.decode("utf-8", "replace"))}, []
