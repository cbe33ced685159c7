"""What the shipped pack calls its topics and contacts, read from its files without any reader of the product's own."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LIBRARY = Path(__file__).resolve().parents[2] / "content" / "library"
OFFICIAL = "id"  # names of offices stay Indonesian where a language has none of its own


@dataclass(frozen=True)
class ShippedContact:
    """One that may be shown: its name, and what the pack says beside each of its numbers, in one language."""

    country: str
    name: str
    beside: dict[str, list[str]]


@cache
def topic_headings(language: str) -> dict[str, str]:
    """Return each topic's icon and title; a title that the pack lacks is a KeyError."""
    topics = {file.parent.name: _yaml(file) for file in LIBRARY.glob("*/topic.yaml")}
    return {slug: f"{topic['icon']} {topic['titles'][language]}" for slug, topic in topics.items()}


@cache
def menu() -> frozenset[str]:
    """Return the topics that stand in no other."""
    return frozenset(file.parent.name for file in LIBRARY.glob("*/topic.yaml") if "parent" not in _yaml(file))


@cache
def contacts(language: str) -> tuple[ShippedContact, ...]:
    """Return the contacts that may be shown and have a number; a label that the pack lacks is a KeyError."""
    shown = [each for each in _yaml(LIBRARY / "contacts.yaml").values() if each["publishable"]]
    return tuple(
        ShippedContact(each["country"], each["names"].get(language) or each["names"][OFFICIAL], _beside(each, language))
        for each in shown
        if _numbers(each) or each.get("whatsapp")
    )


def _beside(contact: dict[str, Any], language: str) -> dict[str, list[str]]:
    return {
        phone["number"]: [phone[kind][language] for kind in ("label", "hours") if kind in phone]
        for phone in _numbers(contact)
    }


def _numbers(contact: dict[str, Any]) -> list[dict[str, Any]]:
    return [phone for phone in contact.get("phones", []) if phone.get("publishable", True)]


def _yaml(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))
