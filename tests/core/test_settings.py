import re
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
GOOD_SECRET = "Zk3xv9Qm1B7cT5rYw8LdNf2hGj4KpSa6UeXo0Ii-_Vb"


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"BEKAL_{name.upper()}", raising=False)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("BEKAL_TELEGRAM_TOKEN", "hello", "BEKAL_TELEGRAM_TOKEN is not a bot token"),
        ("BEKAL_TELEGRAM_API_URL", "telegram", "BEKAL_TELEGRAM_API_URL is not an address"),
        ("BEKAL_PUBLIC_URL", "http://bekal.example.go.id", "https://"),
        ("BEKAL_DATA", "/srv", "BEKAL_DATA is no setting: did you mean BEKAL_DATA_KEY or BEKAL_DATA_DIR?"),
        ("BEKAL_QQ", "1", "BEKAL_QQ is no setting: docs/settings.md lists them all."),
        ("BEKAL_BIND", "8080", "BEKAL_BIND must be host:port"),
        ("BEKAL_BIND", "127.0.0.1:99999", "BEKAL_BIND must be host:port"),
        ("BEKAL_DATABASE_URL", "mysql://x", "BEKAL_DATABASE_URL must begin with"),
        ("BEKAL_DATABASE_URL", "sqlite://", "names no file"),
        ("BEKAL_SEND_PER_SECOND", "-1", "BEKAL_SEND_PER_SECOND must be a number from 0 to 1000"),
        ("BEKAL_SEND_PER_SECOND", "fast", "BEKAL_SEND_PER_SECOND must be a number from 0 to 1000"),
        ("BEKAL_LOG_LEVEL", "LOUD", "BEKAL_LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR"),
        ("BEKAL_SHOW_UNVERIFIED", "perhaps", "BEKAL_SHOW_UNVERIFIED must be yes or no"),
        ("BEKAL_CHECK_LINKS", "perhaps", "BEKAL_CHECK_LINKS must be yes or no"),
        ("BEKAL_WEBHOOK_SECRET", "", "BEKAL_WEBHOOK_SECRET"),
        ("BEKAL_WEBHOOK_SECRET", "short", "too weak"),
        ("BEKAL_WEBHOOK_SECRET", "a" * 64, "too weak"),
        ("BEKAL_WEBHOOK_SECRET", "0123456789abcdef" * 3, "too weak"),
        ("BEKAL_WEBHOOK_SECRET", GOOD_SECRET + " ", "may hold only"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("secret", [GOOD_SECRET, "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2])
def test_a_secret_of_32_random_bytes_is_taken(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("BEKAL_WEBHOOK_SECRET", secret)

    assert load_settings().required_webhook_secret() == secret


def test_without_a_secret_there_is_no_webhook() -> None:
    with pytest.raises(SettingsError, match="token_urlsafe"):
        load_settings().required_webhook_secret()


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEKAL_TELEGRAM_TOKEN", "123456789:AAbbccddeeffgghhiijjkk")
    monkeypatch.setenv("BEKAL_WEBHOOK_SECRET", GOOD_SECRET)

    assert not re.search("AAbbcc|Zk3xv9", repr(load_settings()))


def test_a_plain_postgresql_address_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEKAL_DATABASE_URL", "postgres://u:p@db/bekal")

    assert load_settings().database == "postgresql+asyncpg://u:p@db/bekal"


def test_every_setting_is_explained() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()

    for name in Settings.model_fields:
        assert f"`BEKAL_{name.upper()}`" in page


def test_links_are_checked_on_telegram_and_nowhere_else_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_settings().checks_links
    monkeypatch.setenv("BEKAL_TELEGRAM_TOKEN", "123456789:AAbbccddeeffgghhiijjkk")
    assert load_settings().checks_links
    monkeypatch.setenv("BEKAL_TELEGRAM_API_URL", "http://127.0.0.1:8081")  # a stand-in: a trial, a test, a benchmark
    assert not load_settings().checks_links
    monkeypatch.setenv("BEKAL_CHECK_LINKS", "yes")
    assert load_settings().checks_links
