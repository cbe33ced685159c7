"""What a text must keep before it is handed in: the rules of the content pack, against what is live."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.bodies import MEDIA, REFERENCE, Reference, fill_in, parts_with_lines, references_in, without_media
from content.contacts import ContactDetails
from content.countries import all_codes
from content.desk import reading
from content.desk.exact import Exact
from content.desk.rules import Fault, NotReady
from content.media import ANY_LANGUAGE, Media
from content.pack_place_rules import PROVINCE
from content.pack_rules import NAMED_AT_LEAST, SHORT_CODES
from content.pack_shapes import Line, Title
from content.pack_text_rules import BARE_LINK, MAX_PART_CHARACTERS
from content.revisions import ALL_LANGUAGES, Entry, EntryKind, Publication, Revision
from content.sources import Source
from core.errors import RuleBroken
from core.i18n import SOURCE_LANGUAGE
from core.markup import MarkupError, parse
from core.messages import utf16_length

A_TITLE, A_LINE = TypeAdapter(Title), TypeAdapter(Line)
DIALLED_FROM_ANYWHERE = re.compile(r"\+[1-9][0-9 -]{5,19}")
MOST_MEDIA_A_PART = 3
NEWLY_SEEN = timedelta(days=31)  # a month, since many a date has no day: a slip of the same month can be put right
Known = dict[Reference, str]  # what may be referred to, and roughly what stands there


async def check(session: AsyncSession, entry: Entry, revision: Revision, *, today: date) -> None:
    """Raise NotReady with every broken rule."""
    faults = list(_line_faults(entry.kind, revision))
    if entry.kind == EntryKind.ARTICLE:
        known, hosts = await known_to(session, revision.language)
        faults += _body_faults(revision.body, known, hosts)
        faults += await _translation_faults(session, revision)
    if entry.kind == EntryKind.CONTACT:
        card = await session.get_one(ContactDetails, revision.id)
        faults += [*_card_faults(card), *await _proof_faults(session, entry, card, today)]
    is_translation = revision.language not in {SOURCE_LANGUAGE, ALL_LANGUAGES}
    if not is_translation and not await reading.source_ids(session, revision.id):
        faults.append(Fault("sources", "Name at least one source."))
    if faults:
        raise NotReady(tuple(faults))


def translated_faults(text: Exact, source: Exact, known: Known, hosts: frozenset[str]) -> list[Fault]:
    """Return the rules that a translation breaks which is not saved yet; `known_to` gives the last two."""
    faults = [*_line_faults(text.kind, text), *_body_faults(text.body, known, hosts)]
    return faults + _other_references(source.body, text.body)


async def known_to(session: AsyncSession, language: str) -> tuple[Known, frozenset[str]]:
    """Return what a text in a language may refer to, and the hosts that it may link to."""
    return await _known(session, language), await _hosts(session)


def _line_faults(kind: str, revision: Revision | Exact) -> Iterator[Fault]:
    if kind == EntryKind.ARTICLE:
        if not _fits(A_TITLE, revision.title):
            yield Fault("title", "Write a title of 1 to 40 letters, on one line.")
        if not _fits(A_LINE, revision.summary):
            yield Fault("summary", "Write a summary of 1 to 200 letters, on one line.")
        if not without_media(revision.body).strip():
            yield Fault("body", "Write the text.")
    if kind == EntryKind.FACT and not _fits(A_LINE, revision.body):
        yield Fault("body", "Write a value of 1 to 200 letters, on one line.")


def _card_faults(card: ContactDetails) -> Iterator[Fault]:
    """Tell what the content pack would not take of a contact, beyond the shape of each field."""
    for language in NAMED_AT_LEAST:
        if language not in card.names:
            yield Fault(f"names.{language}", "Write the name in Indonesian and in English.")
    if card.country not in all_codes():
        yield Fault("country", "Write the two letters of a country, such as ID, MY or TW.")
    if card.province and not PROVINCE.fullmatch(card.province):
        yield Fault("province", "Write the two digits of the province, such as 52.")
    if card.publishable and card.seen_on is None and card.kind not in SHORT_CODES:
        yield Fault("seen_on", "Say when a source printed it: what may be shown needs a date.")
    for index, phone in enumerate(card.phones):
        if phone["type"] == "e164" and not DIALLED_FROM_ANYWHERE.fullmatch(phone["number"]):
            yield Fault(
                f"phones.{index}.number",
                "A number that works from anywhere begins with + and the country, such as +62.",
            )


async def _proof_faults(session: AsyncSession, entry: Entry, card: ContactDetails, today: date) -> list[Fault]:
    """Ask for a number that readers did not have where it was seen: what proved the other one says nothing of it.

    It takes a later date, or one of these weeks, or one more source. What was retracted was had by readers, too.
    """
    published = await reading.last_published(session, entry_id=entry.id, language=ALL_LANGUAGES)
    if published is None:
        return []
    before = await session.get_one(ContactDetails, published.id)
    if not _numbers(card) - _numbers(before):
        return []
    added = set(await reading.source_ids(session, card.revision_id)) - set(
        await reading.source_ids(session, published.id)
    )
    is_later = card.seen_on is not None and card.seen_on > min(before.seen_on or date.min, today - NEWLY_SEEN)
    if added or is_later:
        return []
    return [Fault("seen_on", "A number is new to readers: say when it was seen (a later date), or add the source.")]


def _numbers(card: ContactDetails) -> set[str]:
    """Return the numbers that readers are shown of a card, however they are grouped."""
    phones = [str(phone["number"]) for phone in card.phones if phone["publishable"]]
    return {re.sub(r"[ ().-]", "", number) for number in [*phones, *card.whatsapp]} if card.publishable else set()


def _fits(shape: TypeAdapter[str], text: str) -> bool:
    try:
        shape.validate_python(text)
    except ValidationError:
        return False
    return True


def _body_faults(body: str, known: Known, hosts: frozenset[str]) -> Iterator[Fault]:
    for offset, part in parts_with_lines(body):
        yield from _reference_faults(part, offset, known)
        try:
            shown = parse(fill_in(part, lambda reference: known.get(reference, "")))
        except MarkupError as error:
            line = offset + error.line
            what = RuleBroken(error.message, **error.values)
            yield Fault("body", "Line {line} of the text: the markup is not right ({what}).", line=line, what=what)
            continue
        for url in [entity.url for entity in shown.entities if entity.url] + BARE_LINK.findall(shown.text):
            if not url.startswith("https://") or _host(url) not in hosts:
                line = offset + part[: max(part.find(url), 0)].count("\n") + 1
                yield Fault(
                    "body", "Line {line} of the text: link only to https pages of a source or a contact.", line=line
                )
        if utf16_length(shown.text) > MAX_PART_CHARACTERS:
            yield Fault(
                "body", "Line {line} of the text: a part of {count} letters. At most {most} fit: begin a new part.",
                line=offset + 1, count=utf16_length(shown.text), most=MAX_PART_CHARACTERS,
            )  # fmt: skip


def _reference_faults(part: str, offset: int, known: Known) -> Iterator[Fault]:
    if sum(reference.kind == MEDIA for reference in references_in(part)) > MOST_MEDIA_A_PART:
        yield Fault(
            "body", "Line {line} of the text: at most {most} pictures and voice notes fit under a part.",
            line=offset + 1, most=MOST_MEDIA_A_PART,
        )  # fmt: skip
    for number, line in enumerate(part.split("\n"), offset + 1):
        for reference in references_in(line):
            if reference not in known:
                yield _unknown(reference, number)
        without = REFERENCE.sub("", line)
        if "{{" in without or "}}" in without:
            yield Fault(
                "body",
                "Line {line} of the text: a reference is {{{{fact:name}}}}, {{{{contact:name}}}} or "
                "{{{{media:number}}}}.",
                line=number,
            )


def _unknown(reference: Reference, line: int) -> Fault:
    """Say that what a line refers to cannot be shown: a picture has no name that anybody knows, so what to do."""
    if reference.kind == MEDIA:
        return Fault(
            "body",
            "Line {line} of the text: this picture or voice note cannot be shown here: it was taken away, or speaks "
            "another language. Take it out, or choose another one.",
            line=line,
        )
    return Fault(
        "body", "Line {line} of the text: there is no {reference} that may be shown.", line=line,
        reference=str(reference),
    )  # fmt: skip


async def _translation_faults(session: AsyncSession, revision: Revision) -> list[Fault]:
    if revision.language == SOURCE_LANGUAGE:
        return []
    if revision.derived_from_revision_id is None:
        return [Fault("body", "There is no live Indonesian text that this could be a translation of.")]
    source = await session.get_one(Revision, revision.derived_from_revision_id)
    return _other_references(source.body, revision.body)


def _other_references(source: str, translation: str) -> list[Fault]:
    """A translation refers to what its source refers to: a lost phone number is a fault, not a style.

    Not so with pictures and voice notes: those speak a language themselves.
    """
    source, translation = without_media(source), without_media(translation)
    missing = [found for found in REFERENCE.findall(source) if _written(found) not in translation]
    more = [found for found in REFERENCE.findall(translation) if _written(found) not in source]
    faults = [
        Fault("body", "The Indonesian text shows {reference}, this one does not.", reference=":".join(found))
        for found in dict.fromkeys(missing)
    ]
    return faults + [
        Fault("body", "The Indonesian text does not show {reference}, this one does.", reference=":".join(found))
        for found in dict.fromkeys(more)
    ]


def _written(found: tuple[str, str]) -> str:
    return "{{" + ":".join(found) + "}}"


async def _known(session: AsyncSession, language: str) -> Known:
    """Return what a text may refer to: live facts, live contacts that may be shown, media in a fitting language."""
    live = (
        select(Entry.kind, Entry.slug, Revision.body, Revision.title, Revision.language, ContactDetails.publishable)
        .join(Publication, Publication.entry_id == Entry.id)
        .join(Revision, Revision.id == Publication.revision_id)
        .outerjoin(ContactDetails, ContactDetails.revision_id == Revision.id)
        .where(Publication.published_until.is_(None), Entry.kind != EntryKind.ARTICLE)
    )
    known: Known = {}
    for row in await session.execute(live):
        reference = Reference(row.kind, row.slug)
        if row.kind == EntryKind.CONTACT and row.publishable:
            known[reference] = "<b>contact</b>"
        elif row.kind == EntryKind.FACT and (row.language == language or reference not in known):
            known[reference] = escape(row.body, quote=False)
    fitting = Media.language.in_((language, ANY_LANGUAGE))
    keys = await session.scalars(select(Media.key).where(Media.retired_at.is_(None), fitting))
    return known | {Reference(MEDIA, key): "" for key in keys}


async def _hosts(session: AsyncSession) -> frozenset[str]:
    """Return the hosts that a text may link to: those of sources and of live contacts."""
    pages = list(await session.scalars(select(Source.url).where(Source.url != "")))
    live = select(ContactDetails.web).join(Publication, Publication.revision_id == ContactDetails.revision_id)
    for web in await session.scalars(live.where(Publication.published_until.is_(None))):
        pages += web
    return frozenset(map(_host, pages))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
