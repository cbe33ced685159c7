"""A short name for the browser that a session was opened in: what it says of itself, where that is known."""

import re

LETTERS = 40  # of what an unknown program says of itself
# In this order: Edge and Samsung Internet also call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = {
    "Edge": r"\bEdg(e|A|iOS)?/", "Samsung Internet": r"\bSamsungBrowser/", "Firefox": r"\b(Firefox|FxiOS)/",
    "Chromium": r"\bChromium/", "Chrome": r"\b(Chrome|CriOS)/", "Safari": r"\bVersion/.* Safari/",
}  # fmt: skip
# Android also calls itself Linux, and an iPhone says "like Mac OS X".
SYSTEMS = {
    "Android": r"\bAndroid\b", "iPhone": r"\biPhone\b", "iPad": r"\biPad\b", "Windows": r"\bWindows\b",
    "macOS": r"\b(Macintosh|Mac OS X)\b", "Linux": r"\bLinux\b",
}  # fmt: skip
OTHERS = re.compile(r"\b(OPR|Opera|YaBrowser|UCBrowser|Vivaldi|DuckDuckGo|HeadlessChrome)/")  # none of the known


def device_name(user_agent: str) -> str:
    """Return "Chrome, Linux" of a known browser on a known system; of anything else the first letters."""
    browser = None if OTHERS.search(user_agent) else _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    return f"{browser}, {system}" if browser and system else user_agent[:LETTERS]


def _first(patterns: dict[str, str], user_agent: str) -> str | None:
    return next((name for name, pattern in patterns.items() if re.search(pattern, user_agent)), None)
