"""The pictures in docs/, and the command that takes them."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from bot import routes, screen
from tools.desk_pages import PAGES
from tools.screenshots import FOLDER, GROUP, ROOT, SCREENS, SCREENS_WIDTH, SIZES, WAITING_SCREENS, take_all

NAMES = ("menu", "article", "dark", "two-people")
# What no tap asks for in SCREENS, but another way leads to
REACHED_OTHERWISE = {"h": "02-menu", "s": "13-search", "u": "27-status", "y": "07-thanks"}
FROM_THE_DESK = {"v"}  # pictures and voice notes: no pack holds any


def sizes(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the width and height of each picture of a folder."""
    return {path.name: struct.unpack(">II", path.read_bytes()[16:24]) for path in folder.glob("*.png")}


def test_docs_have_every_picture_in_its_size() -> None:
    page = {f"{name}-{size}.png": SIZES[size] for name in NAMES for size in SIZES}
    screens = {f"screen-{name}.png": (SCREENS_WIDTH, 900) for name in (*SCREENS, GROUP, *WAITING_SCREENS)}
    assert sizes(FOLDER) == page | screens
    desk = {f"{name}-{size}.png" for name in PAGES for size in ("phone", "desktop")}
    assert set(sizes(FOLDER / "desk")) == desk


def test_every_kind_of_screen_has_a_picture() -> None:
    steps = [step for does in SCREENS.values() for step in (does if isinstance(does, tuple) else (does,))]
    tapped = {step[1:].partition(":")[0] for step in steps if isinstance(step, str) and step.startswith("=")}

    assert set(REACHED_OTHERWISE.values()) <= SCREENS.keys()
    assert tapped | REACHED_OTHERWISE.keys() | FROM_THE_DESK == routes.BUTTONS.keys() | screen.SCREENS.keys()


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
