"""The short names of browsers."""

import pytest

from api.web.devices import device_name

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
ON_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ON_ANDROID = f"Mozilla/5.0 (Linux; Android 14; SM-A155F) {WEBKIT}"
ON_WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
ON_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/126.0.0.0 Safari/537.36", "Chrome, Linux"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chromium/126.0 Chrome/126.0 Safari/537.36", "Chromium, Linux"),
        (f"{ON_ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"{ON_ANDROID} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet, Android"),
        (f"{ON_WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox, Android"),
        (f"{ON_MAC[:-1]}; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, macOS"),
        (f"{ON_MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari, macOS"),
        (f"{ON_IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        (f"{ON_IPHONE.replace('iPhone', 'iPad')} CriOS/126.0 Mobile/15E148 Safari/604.1", "Chrome, iPad"),
        (f"{ON_WINDOWS} Chrome/126.0.0.0 Safari/537.36 OPR/111.0.0.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_has_a_short_name(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
