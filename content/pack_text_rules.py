"""The rules for the text of an article: markup, links, references, and the length of a part."""

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from content.bodies import (
    MEDIA,
    MEDIA_KEY,
    REFERENCE,
    Reference,
    fill_in,
    parts_with_lines,
    references_in,
    without_media,
)
from content.contact_lines import markup
from content.contacts import LiveContact, Phone, in_language
from content.pack_files import Report
from content.pack_models import Pack, PackText
from content.pack_shapes import ContactModel
from content.revisions import EntryKind
from core.i18n import words
from core.markup import MarkupError, parse
from core.messages import Formatted, utf16_length

MAX_PART_CHARACTERS = 3500
BARE_LINK = re.compile(r"https?://[^\s<>\"]+")  # Telegram makes a link of it by itself


def check_body(text: PackText, pack: Pack, report: Report) -> None:
    """Add what is wrong with the body of a text to the report."""
    for offset, part in parts_with_lines(text.body):
        first_line = text.body_line + offset
        missing = list(unresolved(part, pack))
        for line, what in missing:
            report.add(text.located.path, first_line + line, what)
        try:
            formatted = parse(fill_in(part, _stand_in))
        except MarkupError as error:
            report.add(text.located.path, first_line + error.line - 1, error.what)
            continue
        for url in _links_in(formatted):
            if fault := _fault_of_link(url, pack):
                report.add(text.located.path, first_line + part[: max(part.find(url), 0)].count("\n"), fault)
        if not missing:
            _check_length(text, first_line, part, pack, report)


def live_contact(slug: str, contact: ContactModel, publisher: str) -> LiveContact:
    """Return what a text shows of a contact of the pack."""
    phones = tuple(Phone(**phone.model_dump()) for phone in contact.phones if phone.publishable)  # type: ignore[typeddict-item]
    seen = contact.seen_on
    return LiveContact(
        slug=slug, kind=contact.kind, names=contact.names, country=contact.country, position=contact.position,
        phones=phones, whatsapp=contact.whatsapp, email=contact.email, web=contact.web, source=publisher,
        seen_on=seen.first_day if seen else None, seen_precision=seen.precision if seen else "day",
    )  # fmt: skip


def _stand_in(reference: Reference) -> str:
    """Return markup of the same kind on one line, so that the line numbers stay right."""
    if reference.kind == MEDIA:
        return ""
    return reference.slug if reference.kind == EntryKind.FACT else f"<b>{reference.slug}</b>"


def unresolved(part: str, pack: Pack) -> Iterable[tuple[int, str]]:
    """Tell what is not there, with its line from 0.

    Media are no part of a pack: they are shown where the desk has these very ones.
    """
    for number, line in enumerate(part.split("\n")):
        for reference in references_in(line):
            if reference.kind == MEDIA:
                if not re.fullmatch(MEDIA_KEY, reference.slug):
                    yield number, f"{reference} has no number of 32 digits from 0-9 and a-f"
                continue
            known = pack.facts if reference.kind == EntryKind.FACT else pack.contacts
            if reference.slug not in known:
                yield number, f"there is no {reference}"
            elif reference.kind == EntryKind.CONTACT and not pack.contacts[reference.slug].publishable:
                yield number, f"{reference} may not be shown yet"
        without = REFERENCE.sub("", line)
        if "{{" in without or "}}" in without:
            yield number, "a reference is {{fact:slug}} or {{contact:slug}}"


def _links_in(formatted: Formatted) -> list[str]:
    return [entity.url for entity in formatted.entities if entity.url] + BARE_LINK.findall(formatted.text)


def _fault_of_link(url: str, pack: Pack) -> str | None:
    """Tell why a text may not link there: links are https, to where the pack's sources or contacts have a page."""
    if not url.startswith("https://"):
        return f"{url} is not an https link"
    pages = [source.url for source in pack.sources.values() if source.url]
    pages += (page for contact in pack.contacts.values() for page in contact.web)
    if _host(url) not in map(_host, pages):
        return f"{url}: no source and no contact of the pack has a page there"
    return None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return url


def shown_text(part: str, pack: Pack, language: str) -> str:
    """Return what a reader sees of a part, its facts and contacts included."""

    def markup_of(reference: Reference) -> str:
        if reference.kind == EntryKind.FACT:
            return escape(in_language(pack.facts[reference.slug].values, language), quote=False)
        contact = pack.contacts[reference.slug]
        publisher = pack.sources[contact.sources[0]].publisher
        return markup(live_contact(reference.slug, contact, publisher), words(language))

    return parse(fill_in(without_media(part), markup_of)).text


def _check_length(text: PackText, first_line: int, part: str, pack: Pack, report: Report) -> None:
    shown = shown_text(part, pack, text.language)
    if not shown.strip():
        report.add(text.located.path, first_line, "a part without text")
    if utf16_length(shown) > MAX_PART_CHARACTERS:
        what = f"a part of {utf16_length(shown)} characters: at most {MAX_PART_CHARACTERS} fit"
        report.add(text.located.path, first_line, what)
