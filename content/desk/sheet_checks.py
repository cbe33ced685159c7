"""What is wrong with one article of a workbook that came back: told row by row, before anything of it is saved."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.bodies import parts_of
from content.desk import exact as exacts
from content.desk.differences import LINK
from content.desk.exact import Exact
from content.desk.rules import Fault
from content.desk.sheets import FIELDS, Exported, SheetRow
from content.desk.text_checks import Known, translated_faults
from content.revisions import Entry, Revision
from core.i18n import LANGUAGES, SOURCE_LANGUAGE

TAG = re.compile(r"</?([a-z-]+)")
AFTER_A_LINK = ".,;:!?)"


@dataclass(frozen=True, slots=True)
class There:
    """What the desk has of an article now: its newest translation, its live texts by language, and the one shown."""

    entry: Entry
    newest: Revision | None
    live: Mapping[str, Revision]
    source: Revision
    base: Revision | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What translations into a language may refer to and link to."""

    language: str
    known: Known
    hosts: frozenset[str]


def filled_in(rows: Sequence[SheetRow], base: Revision | None) -> Exact | None:
    """Return an article's text as its rows give it, with what they leave out as it was; None if all are empty."""
    given = {row.field: row.text for row in rows if row.field}
    if not any(text.strip() for text in given.values()):
        return None
    texts = {field: given.get(field, getattr(base, field, "")) for field in FIELDS}
    return exacts.article(**texts)


def as_saved(revision: Revision) -> Exact:
    """Return a saved text as a workbook would give it back."""
    return exacts.article(title=revision.title, summary=revision.summary, body=revision.body)


def row_faults(rows: Sequence[SheetRow]) -> Iterator[tuple[SheetRow, Fault]]:
    """Tell which rows name no field, or one that another row of the article has, too."""
    count = Counter(row.field for row in rows)
    for row in rows:
        if not row.field:
            yield row, Fault("field", "This row names no field: leave the first columns as they were.")
        elif count[row.field] > 1:
            yield row, Fault(row.field, "Another row has this field of the article, too: keep one of them.")


def text_faults(text: Exact, there: There, exported: Exported, rules: Rules) -> Iterator[Fault]:
    """Tell why a text cannot be saved, or what in it breaks the rules of a translation."""
    if (there.newest.id if there.newest else None) != exported.base_id:
        yield Fault("", "Somebody saved this translation since you downloaded the workbook: download it anew.")
    live = there.live.get(SOURCE_LANGUAGE)
    if live is None or live.id != exported.source_id:
        yield Fault("", "The Indonesian text has changed since you downloaded the workbook: download it anew.")
    yield from translated_faults(text, as_saved(there.source), rules.known, rules.hosts)
    yield from _language_faults(text, there, rules.language)
    yield from _markup_faults(text.body, there.source.body)


def _language_faults(text: Exact, there: There, language: str) -> Iterator[Fault]:
    """Tell where a text stands word for word in another language: it was put into the wrong row or left as it was."""
    for other, revision in there.live.items():
        if other != language and text.body and as_saved(revision).body == text.body:
            yield Fault("body", "This is the text in {language}, word for word.", language=LANGUAGES[other].name)


def _markup_faults(body: str, source: str) -> Iterator[Fault]:
    wanted, found = _marks(source), _marks(body)
    for mark in sorted(wanted - found):
        yield Fault("body", "The Indonesian text has {mark}, this one does not.", mark=mark)
    for mark in sorted(found - wanted):
        yield Fault("body", "The Indonesian text does not have {mark}, this one does.", mark=mark)
    if len(parts_of(source)) != len(parts_of(body)):
        yield Fault("body", "Keep every line <!-- part --> of the Indonesian text, and add none.")


def _marks(body: str) -> set[str]:
    """Return the kinds of markup in a text, and the addresses that it links to."""
    links = {found.rstrip(AFTER_A_LINK) for found in LINK.findall(body)}
    return links | {f"<{tag}>" for tag in TAG.findall(body)}
