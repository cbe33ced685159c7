"""Programmes: who may join, and the way into the form. Filling it in: forms.py."""

from dataclasses import replace
from datetime import date

from bot import screen
from bot.handlers import forms
from bot.turn import Turn
from content import targets
from content.readers import suits
from core.clock import today_at
from core.messages import Reply
from registrations import form_links, form_screens, reminders, sign_up, standings
from registrations.sign_up import Offer, SignUp


async def load(turn: Turn) -> None:
    """Read what the present screen shows, where that stands in the database: a programme, or a form half filled in."""
    kind, _, rest = turn.chat.step.partition(":")
    if kind == targets.PROGRAMMES:
        await _load_offers(turn, rest.partition(":")[0])
    elif form := targets.form_in(turn.chat.step):
        session, slug = await turn.open_session(), form.split(":")[1]
        turn.sign_up = await sign_up.begun(session, turn.vault, person_id=turn.chat.person_id, slug=slug)


async def _load_offers(turn: Turn, slug: str) -> None:
    """Read one programme, or all that are open: those for this person first, then those that close first."""
    if slug:
        turn.offer = await offer(turn, slug)
        return
    today = today_at(turn.now)
    is_open = [each for each in turn.content.programmes.values() if each.is_open(today)]
    ordered = sorted(is_open, key=lambda each: (not suits(each, turn.reader), each.closes_on or date.max, each.slug))
    found = [await offer(turn, each.slug) for each in ordered]
    turn.offers = tuple(each for each in found if each is not None)


async def offer(turn: Turn, slug: str) -> Offer | None:
    """Return what a person is told of a programme; None if there is none, or its article may not be shown (yet)."""
    programme = turn.content.programmes.get(slug)
    if programme is None or programme.article not in turn.content.articles:
        return None
    session = await turn.open_session()
    found = await sign_up.offer(
        session, person_id=turn.chat.person_id, slug=slug, province=turn.chat.province, now=turn.now,
        title=standings.title(turn.content, slug, turn.chat.language), has_page=bool(turn.pages_url),
    )  # fmt: skip
    if found.is_signed_up or found.has_begun:
        return found
    row, today = found.programme, today_at(turn.now)
    kind = reminders.possible(row, is_open=found.is_open, left=found.left, today=today)
    held = await reminders.find(session, person_id=turn.chat.person_id, programme_id=row.id)
    return replace(found, reminder=kind or "", is_reminded=held is not None)


async def show(turn: Turn) -> list[Reply]:
    """Show a programme, from where people sign up, or all that are open."""
    await _load_offers(turn, turn.target.partition(":")[2])
    return screen.show(turn, turn.target)


async def remind(turn: Turn, slug: str) -> list[Reply]:
    """Remember that somebody wants to be reminded of a programme, or that she does not any more."""
    session, found = await turn.open_session(), await offer(turn, slug)
    if found is not None:
        kind = reminders.Kind(found.reminder) if found.reminder and not found.is_reminded else None
        await reminders.put(
            session, person_id=turn.chat.person_id, programme_id=found.programme.id, kind=kind, now=turn.now
        )
    await _load_offers(turn, slug)
    return screen.show(turn, targets.programme(slug))


async def begin(turn: Turn) -> list[Reply]:
    """Begin a form, or go on where it was left."""
    _, slug, whom = (*turn.target.split(":"), "", "")[:3]
    if whom == "bell":
        return await remind(turn, slug)
    session = await turn.open_session()
    turn.sign_up = await sign_up.begin(
        session, turn.vault, person_id=turn.chat.person_id, language=turn.chat.language, slug=slug,
        is_for_another=whom == "kin", now=turn.now,
    )  # fmt: skip
    if not forms.can_be_sent(turn, turn.sign_up):
        return forms.closed(turn, turn.sign_up)
    if whom == "page" and turn.pages_url:
        return [await _page(turn, turn.sign_up)]
    return forms.ask_next(turn, turn.sign_up)


async def _page(turn: Turn, filling_in: SignUp) -> Reply:
    """Give the link to the page on which the form can be filled in."""
    session, slug = await turn.open_session(), filling_in.programme.slug
    token = await form_links.make(session, filling_in.registration, now=turn.now)
    turn.sign_up = None
    turn.go_to(targets.HOME)
    return form_screens.page_link(f"{turn.pages_url}/f/{token}", slug=slug, words=turn.words)
