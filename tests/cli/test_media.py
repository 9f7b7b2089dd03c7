"""`peernet media`: what nobody can fetch goes."""

import os

from peernet.media import folder

NAME = "f" * 32


def test_the_sweep_says_what_it_would_do_and_does_it(ready, tmp_path) -> None:
    place = tmp_path / "data" / "media" / NAME[:2] / NAME
    place.mkdir(parents=True)
    (place / "whole.png").write_bytes(b"of nobody")
    os.utime(place, (0, 0))
    told = ready("media", "sweep", "--dry-run")
    assert (told.exit_code, told.output) == (0, f"{NAME}  9 bytes\n1 files would be removed.\n")
    assert place.exists()
    done = ready("media", "sweep")
    assert (done.exit_code, done.output, place.exists()) == (0, "1 files removed.\n", False)
    assert folder.is_empty()


def test_nothing_moves_without_a_bucket(ready) -> None:
    told = ready("media", "move", "s3")
    assert (told.exit_code, told.output) == (1, "Error: The settings name no bucket: see s3.bucket.\n")


def test_a_network_without_files_has_nothing_to_move(ready) -> None:
    named = {"PEERNET_S3__BUCKET": "files", "PEERNET_S3__ENDPOINT": "http://127.0.0.1:9", "PEERNET_S3__KEY_ID": "x"}
    told = ready("media", "move", "s3", **named)
    said = "0 of 0 files copied and compared; the others were there, or are missing."
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, said)
