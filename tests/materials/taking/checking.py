"""EPUBs before somebody else's program."""

import shutil
import subprocess
from pathlib import Path

import pytest


def epubcheck(file: Path, data: bytes) -> None:
    """Let https://www.w3.org/publishing/epubcheck/ look for faults, where it is installed (Debian: epubcheck)."""
    program = shutil.which("epubcheck")
    if program is None or shutil.which("java") is None:
        pytest.skip("epubcheck is not installed")
    jar = Path(program).resolve()
    command = ["java", "-jar", str(jar)] if jar.suffix == ".jar" else [program]
    file.write_bytes(data)
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    assert "No errors or warnings detected" in done.stdout + done.stderr, done.stdout + done.stderr
