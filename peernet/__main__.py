"""``python -m peernet`` is ``peernet``."""

from peernet.cli import main

main(prog_name="peernet")
