"""EPUBs and PDFs before somebody else's program."""

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from peernet.materials.taking import pdf

# What a list says of PDFs on this machine.
PDF = ["PDF"] if pdf.is_offered() else []


def epubcheck(file: Path, data: bytes) -> None:
    """Let https://www.w3.org/publishing/epubcheck/ look for faults, where it is installed (Debian: epubcheck)."""
    program = shutil.which("epubcheck")
    if program is None or shutil.which("java") is None:
        pytest.skip("epubcheck is not installed")
    jar = Path(program).resolve()
    # It reads one small file and ends: what makes a long run quick only makes this one slow.
    java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-jar", str(jar)]
    file.write_bytes(data)
    command = java if jar.suffix == ".jar" else [program]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    assert "No errors or warnings detected" in done.stdout + done.stderr, done.stdout + done.stderr


def need_pdf() -> None:
    """Skip where PDFs cannot be made; fail where they must be."""
    missing, said = pdf.missing()
    if missing is not pdf.Missing.NOTHING:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"No PDF can be made here: {missing.value} {said}")


def pages_of(data: bytes) -> list[str]:
    """What each page of a PDF says, with single spaces."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]
