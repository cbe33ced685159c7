"""Short fingerprints of what has no revisions, so that nobody writes over what she has not seen.

Each is of exactly what one write can change: who moves an article does not get in the way of who sets its audience.
The JSON API gives it as ETag and wants it as If-Match; the forms of the pages hold it in a hidden field.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from content.desk.rules import Conflict
from content.form_shapes import ProgrammeModel

DIGITS = 16
AUDIENCE = ("stages", "countries", "provinces", "tags", "related", "sensitivity")
SOURCE = ("title", "publisher", "url", "published_on", "seen_on", "seen_precision", "confidence")


def of_audience(article: object) -> str:
    """Return the fingerprint of an article's audience: of its row, or of an answer with the same fields."""
    return _fingerprint({name: getattr(article, name) for name in AUDIENCE})


def of_titles(icon: str, titles: Mapping[str, str]) -> str:
    """Return the fingerprint of what a topic is called, in all languages."""
    return _fingerprint({"icon": icon, "titles": dict(titles)})


def of_source(source: object) -> str:
    """Return the fingerprint of what is said of a source: of its row, or of an answer with the same fields."""
    return _fingerprint({name: getattr(source, name) for name in SOURCE})


def of_meanings(meanings: list[str]) -> str:
    """Return the fingerprint of what a search word also means."""
    return _fingerprint({"meanings": meanings})


def of_programme(programme: ProgrammeModel) -> str:
    """Return the fingerprint of all that can be changed of a programme."""
    return _fingerprint(programme.model_dump(mode="json"))


def of_questions(questions: Sequence[object]) -> str:
    """Return the fingerprint of the questions of a form, as they are kept."""
    return _fingerprint({"questions": questions})


def of_standing(status: str) -> str:
    """Return the fingerprint of where a registration stands: all that a decision changes."""
    return _fingerprint({"status": status})


def _fingerprint(columns: Mapping[str, object]) -> str:
    exact = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)  # days as ISO
    return hashlib.sha256(exact.encode()).hexdigest()[:DIGITS]


def require_same(seen: str | None, stands: str | None) -> None:
    """Raise Conflict where a writer saw something else than what stands there now; None: nothing.

    Lock and read first: or two who write at once would both pass.
    """
    if seen != stands:
        raise Conflict(None, "Somebody else saved this meanwhile. See what it holds now, then save yours on top.")
