"""What entries of the audit log are about, in words: "Article passport-held", "Staff Sri". The log keeps codes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.web.labels import entry_kinds
from api.web.navigation import address_of_text
from content.links import LinkCheck
from content.media import Media
from content.revisions import Entry, EntryKind
from content.synonyms import Synonym
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from registrations.registrations import Registration
from staff.api_tokens import ApiToken

ENTRY = "entry"  # what the desk does by itself notes the number of an entry
MOST_FOUND = 100  # that have the name which is asked for
WITH_KEY = ("media", "registration")  # the others are numbered
NAMES: dict[str, tuple[Any, Any]] = {
    "synonym": (Synonym.id, Synonym.word), "link": (LinkCheck.id, LinkCheck.url), "token": (ApiToken.id, ApiToken.name),
    "media": (Media.key, Media.alt), "registration": (Registration.id, Registration.reference),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about: in words, as the code that the filter takes, and where it is seen, if anywhere."""

    told: str
    code: str
    address: str


def kinds(words: Words) -> dict[str, str]:
    """Return what each kind is called."""
    _ = words.gettext
    return entry_kinds(words) | {
        "topic": _("Topic"), "synonym": _("Search word"), "source": _("Source"), "media": _("Picture or voice note"),
        "link": _("Link"), "staff": _("Staff"), "token": _("API token"), "translations": _("Translations"),
        "registration": _("Registration"), "registrations": _("Registrations"), "programme": _("Programme"),
        "form": _("Form"), "list": _("A list of people"),
    }  # fmt: skip


def _alone(words: Words) -> dict[str, str]:
    """Return what is called by one word: there is only one of each."""
    _ = words.gettext
    return {"policy:code": _("Who needs a code"), "audit:csv": _("The audit log as a file")}


async def named(
    session: AsyncSession, codes: Collection[str], people: Mapping[str, str], words: Words
) -> dict[str, Subject]:
    """Return what codes stand for; one that nobody knows (any more) stands for itself."""
    as_texts = await _texts(session, codes)
    names = await _names(session, codes) | {f"staff:{account}": name for account, name in people.items()}
    languages = {f"translations:{code}": language.name for code, language in LANGUAGES.items()}
    return {code: _subject(as_texts.get(code, code), names | languages, words) for code in codes}


def _subject(code: str, names: Mapping[str, str], words: Words) -> Subject:
    kind, _, name = code.partition(":")
    label = kinds(words).get(kind)
    told = f"{label} {names.get(code, name)}" if label and name else _alone(words).get(code, code)
    is_gone = kind == "registration" and code not in names  # erased: its page would not be there
    return Subject(told, code, "" if is_gone else _address(kind, name))


def _address(kind: str, name: str) -> str:
    if kind in set(EntryKind):
        return address_of_text(kind, name, SOURCE_LANGUAGE)
    places = {
        "media": f"/media/{name}", "registration": f"/registrations/{name}", "staff": f"/staff/{name}",
        "synonym": f"/synonyms/{name}", "topic": f"/topics#topic.{name}",
        "programme": f"/programmes/{name}", "form": f"/forms/{name}", "source": f"/sources?search={name}",
        "translations": f"/translations?language={name}",
    }  # fmt: skip
    return places.get(kind, "")


async def _names(session: AsyncSession, codes: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, (key, name) in NAMES.items():
        if keys := _keys(kind, codes):
            rows = await session.execute(select(key, name).where(key.in_(keys)))
            found |= {f"{kind}:{row[0]}": row[1] for row in rows}
    return found


def _keys(kind: str, codes: Iterable[str]) -> list[int | str]:
    """Return what codes of a kind name; of a number only what can be one."""
    keys = [code.removeprefix(f"{kind}:") for code in codes if code.startswith(f"{kind}:")]
    return list(keys) if kind in WITH_KEY else [int(key) for key in keys if _is_number(key)]


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit() and int(key) < 2**63


async def _texts(session: AsyncSession, codes: Iterable[str]) -> dict[str, str]:
    """Return the codes of the texts that numbers of entries stand for."""
    numbers = _keys(ENTRY, codes)
    rows = await session.execute(_entries(Entry.id.in_(numbers))) if numbers else ()
    return {f"{ENTRY}:{row.id}": f"{row.kind}:{row.slug}" for row in rows}


def _entries(which: ColumnElement[bool]) -> Select[int, str, str]:
    return select(Entry.id, Entry.kind, Entry.slug).where(which)


async def codes_of(session: AsyncSession, typed: str, people: Mapping[str, str], words: Words) -> list[str]:
    """Return the codes of what was typed into the filter: a code, a kind with a name, or a name alone."""
    alone = [code for code, told in _alone(words).items() if told.casefold() == typed.casefold()]
    if alone:
        return alone
    label, kind = max(
        ((told, kind) for kind, told in kinds(words).items() if typed.casefold().startswith(f"{told.casefold()} ")),
        default=("", ""), key=lambda one: len(one[0]),
    )  # fmt: skip
    if not kind and ":" in typed:
        return await _with_entries(session, [typed])
    name = typed[len(label) :].strip()
    wanted = {kind} if kind else kinds(words).keys()
    slugs = [f"{one}:{name.lower()}" for one in wanted if one in {*EntryKind, "topic", "source", "programme"}]
    return [*await _with_entries(session, slugs), *_called(name, wanted, people), *await _having(session, name, wanted)]


def _called(name: str, wanted: Collection[str], people: Mapping[str, str]) -> list[str]:
    languages = {code: language.name for code, language in LANGUAGES.items()}
    named = (("staff", people), ("translations", languages))
    return [
        f"{kind}:{code}"
        for kind, names in named if kind in wanted
        for code, told in names.items() if told.casefold() == name.casefold()
    ]  # fmt: skip


async def _having(session: AsyncSession, name: str, wanted: Collection[str]) -> list[str]:
    found: list[str] = []
    for kind, (key, told) in NAMES.items():
        if kind in wanted:
            keys = await session.scalars(select(key).where(told == name).order_by(key).limit(MOST_FOUND))
            found += [f"{kind}:{one}" for one in keys]
    return found


async def _with_entries(session: AsyncSession, codes: list[str]) -> list[str]:
    """Return codes of texts with those of their entries: what was due is noted by these."""
    parts = [code.split(":", 1) for code in codes]
    texts = [and_(Entry.kind == kind, Entry.slug == slug) for kind, slug in parts if kind in set(EntryKind)]
    rows = await session.execute(_entries(or_(*texts))) if texts else ()
    return [*codes, *(f"{ENTRY}:{row.id}" for row in rows)]
