"""The pictures in docs/, and the command that takes them."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tools.desk_pages import PAGES
from tools.screenshots import FOLDER, ROOT, SCREENS, SCREENS_WIDTH, SIZES, take_all

NAMES = ("menu", "article", "dark", "two-people")


def sizes(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the width and height of each picture of a folder."""
    return {path.name: struct.unpack(">II", path.read_bytes()[16:24]) for path in folder.glob("*.png")}


def test_docs_have_every_picture_in_its_size() -> None:
    page = {f"{name}-{size}.png": SIZES[size] for name in NAMES for size in SIZES}
    screens = {f"screen-{name}.png": (SCREENS_WIDTH, 900) for name in SCREENS}
    assert sizes(FOLDER) == page | screens
    desk = {f"{name}-{size}.png" for name in PAGES for size in ("phone", "desktop")}
    assert set(sizes(FOLDER / "desk")) == desk


def test_a_missing_browser_is_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.screenshots"],
        cwd=ROOT, env={**os.environ, "BEKAL_CHROMIUM": "no-such-browser"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No Chromium or Chrome was found")
    assert done.stderr.count("\n") == 1


@pytest.mark.deep
@pytest.mark.browser
def test_the_real_bot_plays_along(tmp_path: Path) -> None:
    take_all(tmp_path)
    assert sizes(tmp_path) == sizes(FOLDER)
