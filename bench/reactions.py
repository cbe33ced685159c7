"""Votes, daily counts, unanswered words, links and media: what the database of `bench.lists` holds beside its texts."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from content.counts import DailyCount, What
from content.links import LinkCheck, LinkState, LinkUse
from content.media import Media, key_of
from content.unanswered import UnansweredWord
from content.votes import REASONS, ArticleVote
from core.i18n import LANGUAGES

VOTES, COUNTS_A_DAY, DAYS, WORDS, LINKS, MEDIA = 100_000, 300, 365, 2_000, 5_000, 2_000
READ_MOST = 300  # the first so many articles get two of three votes
BROKEN_IN = 20  # one of so many links is broken
ANSWERS = ("yes", "yes", "yes", "no", "no", *REASONS)
COUNTRIES = ("", "ID", "MY", "TW", "HK", "SA")
STAGES = ("", "planning", "abroad", "returned", "family")

Rows = Sequence[dict[str, Any]]


def rows(random: Random, slugs: Sequence[str], now: datetime) -> Iterator[tuple[type[Any], Rows]]:
    """Give each table with its rows, in an order in which they can be written; `slugs` are articles."""
    yield ArticleVote, [_vote(random, slugs, now) for _ in range(VOTES)]
    yield DailyCount, [row for day in range(DAYS) for row in _counts(random, slugs, now - timedelta(days=day))]
    yield UnansweredWord, [_word(number, random, now) for number in range(WORDS)]
    yield LinkCheck, [_link(number, now) for number in range(1, LINKS + 1)]
    yield LinkUse, [_use(number, slugs, language) for number in range(1, LINKS + 1) for language in LANGUAGES]
    yield Media, [_picture(number, now) for number in range(MEDIA)]


def _vote(random: Random, slugs: Sequence[str], now: datetime) -> dict[str, Any]:
    place = int(random.expovariate(1 / READ_MOST)) % len(slugs)  # some texts are read by most, and most by few
    article, language, answer = slugs[place], random.choice(list(LANGUAGES)), random.choice(ANSWERS)
    voted_on = now.date() - timedelta(days=random.randint(0, 60))
    return {"article": article, "language": language, "answer": answer, "voted_on": voted_on}


def _counts(random: Random, slugs: Sequence[str], day: datetime) -> Rows:
    """Count what readers did on a day: no two rows have the same key."""
    subjects = {What.CONTACTS: COUNTRIES[1:], What.SEARCH: ("",), What.SEARCH_NONE: ("",), What.TOPIC: ("money",)}
    keys: set[tuple[str, ...]] = set()
    while len(keys) < COUNTS_A_DAY:
        what = random.choice(tuple(What))
        subject = random.choice(subjects.get(what, slugs))
        language, country, stage = random.choice(list(LANGUAGES)), random.choice(COUNTRIES), random.choice(STAGES)
        keys.add((what.value, subject, language, country, stage))
    names = ("what", "subject", "language", "country", "stage")
    return [
        dict(zip(names, key, strict=True)) | {"day": day.date(), "number": random.randint(1, 90)}
        for key in sorted(keys)
    ]


def _word(number: int, random: Random, now: datetime) -> dict[str, Any]:
    language = random.choice(list(LANGUAGES))
    asked = {"days": random.randint(5, 80), "last_day": now.date() - timedelta(days=random.randint(0, 80))}
    return {"key": f"word-{number}", "language": language, "word": f"kata{number}", **asked}


def _link(number: int, now: datetime) -> dict[str, Any]:
    url, is_broken = f"https://example.org/pages/{number}", number % BROKEN_IN == 0
    return {
        "id": number, "url": url, "url_hash": hashlib.sha256(url.encode()).hexdigest(), "host": "example.org",
        "state": (LinkState.GONE if is_broken else LinkState.OK).value, "reason": "", "is_broken": is_broken,
        "http_status": 404 if is_broken else 200, "checked_at": now, "due_at": now + timedelta(days=7),
        "failing_since": now - timedelta(days=3) if is_broken else None, "failed_days": 3 if is_broken else 0,
    }  # fmt: skip


def _use(number: int, slugs: Sequence[str], language: str) -> dict[str, Any]:
    return {"link_id": number, "kind": "article", "slug": slugs[number % len(slugs)], "language": language}


def _picture(number: int, now: datetime) -> dict[str, Any]:
    sha256, alt = hashlib.sha256(str(number).encode()).hexdigest(), f"Gambar {number}"
    key = key_of(sha256=sha256, kind="picture", language="id", alt=alt)
    return {
        "key": key, "sha256": sha256, "kind": "picture", "mime_type": "image/jpeg", "language": "id", "alt": alt,
        "width": 800, "height": 600, "size_bytes": 90_000, "created_at": now, "created_by": "bench",
    }  # fmt: skip
