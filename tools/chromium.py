"""The browser of this machine, for the pictures of `./bekal screenshots` and for the tests of the phone page."""

import os
import shutil

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first is the quickest


def find_chromium() -> str | None:
    """Return the browser that BEKAL_CHROMIUM names, else one on the PATH, else None."""
    names = (named,) if (named := os.environ.get("BEKAL_CHROMIUM")) else NAMES
    return next(filter(None, map(shutil.which, names)), None)
