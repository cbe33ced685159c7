"""The to-do board: what waits for whoever has signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import By, DeskWords, Now, Session, SignedIn
from api.web import link_words
from api.web.labels import counted
from api.web.navigation import address_of_text
from api.web.pages import page
from content.desk import links, search_words, work
from content.desk.standing import Stand, Standing, standings
from content.desk.work import Page, Waiting
from content.unanswered import UnansweredWord
from core.clock import WIB
from core.i18n import LANGUAGES, Words
from registrations.desk import listing as registrations
from registrations.desk.listing import Filter, Listed
from registrations.registrations import Status
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box of the board: how much waits, its first rows, and where more of them are; `is_first` marks the way in."""

    title: str
    count: int
    told: str
    rows: list[dict[str, str]]
    more: str = ""
    more_label: str = ""
    is_first: bool = False


@routes.get("/")
async def show(request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, now: Now) -> Response:
    """Show the board: the boxes that this person's roles can do something about."""
    _, today, boxes = words.gettext, now.date(), list[Box]()
    if by.has(Role.VERIFIER):
        found = await work.to_review(session, by=by, limit=SHOWN)
        following = _("Review the next text")
        boxes.append(_box(_("To review"), found, words, more="/review", more_label=following, is_first=True))
        planned = await work.planned(session, by=by, limit=SHOWN)
        if planned.count:
            stand = await standings(session, [row.revision_id for row in planned.rows])
            boxes.append(_box(_("Approved for a later moment"), planned, words, stand=stand))
    if by.has(Role.EDITOR, Role.TRANSLATOR):
        mine = await work.handed_in_by_me(session, by=by, limit=SHOWN)
        stand = await standings(session, [row.revision_id for row in mine.rows])
        boxes.append(_box(_("My drafts and what I handed in"), mine, words, stand=stand))
    if by.has(Role.EDITOR, Role.TRANSLATOR):
        languages = by.languages(Role.TRANSLATOR) or frozenset(LANGUAGES)
        late = await work.outdated(session, languages=languages, limit=SHOWN)
        every = _("All translations")
        behind = _("Translations behind their source")
        boxes.append(_box(behind, late, words, more="/translations?state=outdated", more_label=every))
    if by.has(Role.EDITOR, Role.VERIFIER):
        old = await work.overdue(session, today=today, limit=SHOWN)
        boxes.append(_box(_("To be checked again"), old, words))
        unread = await work.awaiting_native_reader(session, limit=SHOWN)
        boxes.append(_box(_("Waiting for a native reader"), unread, words))
        boxes.append(_links_box(*await links.listed(session, state=links.BROKEN, limit=SHOWN), words))
    if by.has(Role.EDITOR):
        boxes.append(_unhelpful_box(await work.unhelpful(session, today=today, limit=work.MOST_COUNTED), words))
        boxes.append(_unanswered_box(*await search_words.unanswered(session, by=by, limit=SHOWN), words))
    if by.has(Role.REGISTRAR):
        boxes.append(
            _applications_box(
                *await registrations.listed(session, by=by, which=Filter(status=Status.APPLIED), limit=SHOWN), words
            )
        )
    return page(request, "home.html", words, visitor, boxes=boxes, has_role=by.has(*Role))


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
        return _("planned for {day}").format(day=words.day(standing.planned_for.astimezone(WIB).date()))
    names = {
        Stand.DRAFT: _("draft"), Stand.SUBMITTED: _("in review"),
        # Translators: where a draft stands: a verifier sent it back to its writers, with a note.
        Stand.GIVEN_BACK: _("given back"),
    }  # fmt: skip
    return names[standing.stand]


def _unhelpful_box(found: list[work.Unhelpful], words: Words) -> Box:
    _ = words.gettext
    rows = [
        {
            "address": address_of_text("article", row.slug, row.language),
            "title": row.title,
            "note": " · ".join([LANGUAGES[row.language].name, *_votes(row, words)]),
        }
        for row in found[:SHOWN]
    ]
    return Box(title=_("Readers were not helped"), count=len(found), told=counted(len(found), words), rows=rows)


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


def _unanswered_box(found: list[UnansweredWord], count: int, words: Words) -> Box:
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
    title = words.gettext("Questions nobody answered")
    return Box(title=title, count=count, told=words.number(count), rows=rows)


def _applications_box(found: list[Listed], count: int, words: Words) -> Box:
    _ = words.gettext
    rows = [{"address": f"/registrations/{each.id}", "title": each.reference, "note": each.programme} for each in found]
    return Box(
        title=_("Applications to decide on"), count=count, told=words.number(count), rows=rows,
        more="/registrations?status=applied", more_label=_("See all applications"), is_first=True,
    )  # fmt: skip


def _links_box(found: list[links.Listed], count: int, words: Words) -> Box:
    _ = words.gettext
    rows = [
        {
            "address": link_words.address(one.places[0]) if one.places else "/links",
            "title": one.link.url,
            "note": link_words.states(words)[one.link.state],
        }
        for one in found
    ]
    return Box(
        title=_("Broken links"), count=count, told=words.number(count), rows=rows, more="/links?state=broken",
        more_label=_("See all broken links"),
    )  # fmt: skip
