"""The boxes of the to-do board: what waits for whom, a few rows of it or a page, and where more of them are."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from api.web import figure_words, link_words
from api.web.labels import counted, planned_for
from api.web.navigation import address_of_text
from content.catalogue import Catalogue
from content.desk import links, search_words, work
from content.desk.standing import Stand, Standing, standings
from content.desk.work import Page, Waiting
from content.unanswered import SHOWN_AFTER_DAYS
from core.i18n import LANGUAGES, Words
from registrations import standings as standing_of
from registrations.desk import listing as registrations
from registrations.desk.listing import Filter, Only
from registrations.registrations import Status
from staff.actors import Actor, Role

Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For whom a box is filled, and with which rows."""

    session: AsyncSession
    by: Actor
    words: Words
    live: Catalogue
    today: date
    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box of the board: how much waits, some rows of it, and where all are; `is_first` marks the way in.

    One without an address for more has a page of its own: /todo/ with its name.
    """

    title: str
    count: int
    told: str
    rows: Rows
    more: str = ""
    more_label: str = ""
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """Whose a box is, what fills it, whether it has a page of its own, and whether it is left out while empty."""

    roles: tuple[Role, ...]
    fill: Callable[[Asked], Awaitable[Box]]
    has_page: bool = True
    is_left_out: bool = False


async def _to_review(asked: Asked) -> Box:
    _ = asked.words.gettext
    found = await work.to_review(asked.session, by=asked.by, limit=asked.limit)
    return _box(_("To review"), found, asked.words, more="/review", more_label=_("Review the next text"), is_first=True)


async def _planned(asked: Asked) -> Box:
    found = await work.planned(asked.session, by=asked.by, limit=asked.limit, offset=asked.offset)
    stand = await standings(asked.session, [row.revision_id for row in found.rows])
    return _box(asked.words.gettext("Approved for a later moment"), found, asked.words, stand=stand)


async def _mine(asked: Asked) -> Box:
    found = await work.handed_in_by_me(asked.session, by=asked.by, limit=asked.limit, offset=asked.offset)
    stand = await standings(asked.session, [row.revision_id for row in found.rows])
    return _box(asked.words.gettext("My drafts and what I handed in"), found, asked.words, stand=stand)


async def _outdated(asked: Asked) -> Box:
    _ = asked.words.gettext
    found = await work.outdated(asked.session, languages=work.translated_by(asked.by), limit=asked.limit)
    every = _("All translations")
    behind = _("Translations behind their source")
    return _box(behind, found, asked.words, more="/translations?state=outdated", more_label=every)


async def _overdue(asked: Asked) -> Box:
    found = await work.overdue(asked.session, today=asked.today, limit=asked.limit, offset=asked.offset)
    return _box(asked.words.gettext("To be checked again"), found, asked.words)


async def _unread(asked: Asked) -> Box:
    found = await work.awaiting_native_reader(asked.session, limit=asked.limit, offset=asked.offset)
    return _box(asked.words.gettext("Waiting for a native reader"), found, asked.words)


def _box(
    title: str, found: Page, words: Words, *, more: str = "", more_label: str = "", is_first: bool = False,
    stand: Mapping[int, Standing] | None = None,
) -> Box:  # fmt: skip
    """Return a box of texts; `stand` tells where each stands, in a list whose title does not."""
    rows = [
        {
            "address": address_of_text(row.kind, row.slug, row.language),
            "title": row.title,
            "note": _note(row, stand[row.revision_id] if stand else None, words),
        }
        for row in found.rows
    ]
    return Box(
        title=title, count=found.count, told=counted(found.count, words), rows=rows, more=more, more_label=more_label,
        is_first=is_first,
    )  # fmt: skip


def _note(row: Waiting, standing: Standing | None, words: Words) -> str:
    language = LANGUAGES[row.language].name if row.language in LANGUAGES else ""
    return " · ".join(filter(None, (row.slug, language, _told(standing, words) if standing else "")))


def _told(standing: Standing, words: Words) -> str:
    _ = words.gettext
    if standing.planned_for is not None:
        return planned_for(standing.planned_for, words)
    names = {
        Stand.DRAFT: _("draft"), Stand.SUBMITTED: _("in review"),
        # Translators: where a draft stands: a verifier sent it back to its writers, with a note.
        Stand.GIVEN_BACK: _("given back"),
    }  # fmt: skip
    return names[standing.stand]


async def _unhelpful(asked: Asked) -> Box:
    words = asked.words
    found, count = await work.unhelpful(asked.session, today=asked.today, limit=asked.limit, offset=asked.offset)
    rows = [
        {
            "address": address_of_text("article", row.slug, row.language),
            "title": row.title,
            "note": " · ".join([LANGUAGES[row.language].name, *_votes(row, words)]),
        }
        for row in found
    ]
    title = words.gettext("Readers were not helped")
    return Box(title=title, count=count, told=counted(count, words), rows=rows)


def _votes(row: work.Unhelpful, words: Words) -> list[str]:
    _ = words.gettext
    reasons = {
        # Translators: what readers missed in an article; a number follows.
        "hard": _("hard to understand"),
        # Translators: what readers missed in an article; a number follows.
        "other": _("not what they looked for"),
        # Translators: what readers missed in an article; a number follows.
        "wrong": _("something in it is not right"),
    }
    # Translators: how readers voted on an article in the last 30 days.
    told = _("{no} not helpful, {yes} helpful").format(no=words.number(row.no), yes=words.number(row.yes))
    return [told, *(f"{reasons[reason]}: {words.number(count)}" for reason, count in row.reasons)]


async def _unanswered(asked: Asked) -> Box:
    words = asked.words
    found, count = await search_words.unanswered(asked.session, by=asked.by, limit=asked.limit, offset=asked.offset)
    rows = [
        {
            "address": f"/synonyms?{urlencode({'language': row.language, 'word': row.word or ''})}",
            "title": row.word or "",
            "note": f"{LANGUAGES[row.language].name} · " + words.ngettext(
                "asked on {count} day", "asked on {count} days", row.days
            ).format(count=words.number(row.days)),
        }
        for row in found
    ]  # fmt: skip
    hidden = await search_words.asked_too_seldom(asked.session, by=asked.by)
    if hidden != 0 and not asked.offset:
        seldom = words.gettext("Words asked on fewer than {days} days, not shown yet").format(days=SHOWN_AFTER_DAYS)
        rows.append({"address": "/figures", "title": seldom, "note": figure_words.number("", hidden, words)})
    title = words.gettext("Questions nobody answered")
    return Box(title=title, count=count, told=words.number(count), rows=rows)


async def _applications(asked: Asked) -> Box:
    _ = asked.words.gettext
    title, more = _("Applications to decide on"), _("See all applications")
    box = await _registrations(asked, Filter(status=Status.APPLIED), title, "/registrations?status=applied", more)
    return replace(box, is_first=True)


async def _to_call(asked: Asked) -> Box:
    _ = asked.words.gettext
    title, address = _("People to telephone: news did not arrive"), f"/registrations?only={Only.TO_CALL}"
    return await _registrations(asked, Filter(only=Only.TO_CALL), title, address, _("See all"))


async def _wishes(asked: Asked) -> Box:
    _ = asked.words.gettext
    title, address = _("People to ask at a safe time"), f"/registrations?only={Only.WISHES}"
    return await _registrations(asked, Filter(only=Only.WISHES), title, address, _("See all"))


async def _registrations(asked: Asked, which: Filter, title: str, more: str, more_label: str) -> Box:
    found, count = await registrations.listed(asked.session, by=asked.by, which=which, limit=asked.limit)
    rows = [
        {
            "address": f"/registrations/{each.id}",
            "title": each.reference,
            "note": standing_of.title(asked.live, each.programme, asked.words.language),
        }
        for each in found
    ]
    told = asked.words.number(count)
    return Box(title=title, count=count, told=told, rows=rows, more=more, more_label=more_label)


async def _links(asked: Asked) -> Box:
    _ = asked.words.gettext
    found, count = await links.listed(asked.session, state=links.BROKEN, limit=asked.limit)
    rows = [
        {
            "address": link_words.address(one.places[0]) if one.places else "/links",
            "title": one.link.url,
            "note": link_words.states(asked.words)[one.link.state],
        }
        for one in found
    ]
    return Box(
        title=_("Broken links"), count=count, told=asked.words.number(count), rows=rows, more="/links?state=broken",
        more_label=_("See all broken links"),
    )  # fmt: skip


KINDS = {
    "review": Kind((Role.VERIFIER,), _to_review, has_page=False),
    "planned": Kind((Role.VERIFIER,), _planned, is_left_out=True),
    "mine": Kind((Role.EDITOR, Role.TRANSLATOR), _mine),
    "outdated": Kind((Role.EDITOR, Role.TRANSLATOR), _outdated, has_page=False),
    "overdue": Kind((Role.EDITOR, Role.VERIFIER), _overdue),
    "native-reader": Kind((Role.EDITOR, Role.VERIFIER), _unread),
    "links": Kind((Role.EDITOR, Role.VERIFIER), _links, has_page=False),
    "unhelpful": Kind((Role.EDITOR,), _unhelpful),
    "unanswered": Kind((Role.EDITOR,), _unanswered),
    "wishes": Kind((Role.REGISTRAR,), _wishes, has_page=False, is_left_out=True),
    "to-call": Kind((Role.REGISTRAR,), _to_call, has_page=False, is_left_out=True),
    "applications": Kind((Role.REGISTRAR,), _applications, has_page=False),
}
