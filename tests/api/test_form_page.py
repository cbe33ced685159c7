"""The form on a page of its own: by a link that opens one form, for half an hour, until it was sent."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import func, select

from content.screens import not_translated
from core.i18n import LANGUAGES, words
from core.installation import KEY_PLACE, THE_ROW, Installation
from core.messages import Clearing
from core.outbox import OutboxRow, read_row
from registrations import form_links, sign_up, standings
from registrations.form_links import LINK_HOLDS
from registrations.people import Person, TelegramAccount
from registrations.registrations import Answer, FormLink, Registration, Status, opened
from tests.api.registrars import Office
from tests.api.test_registration_entries import TYPED
from tests.harness import VAULT
from tests.registrations.forms import GIVEN, QUESTIONS, SLUG
from tests.reports import Report

BOT_ID, CHAT = 7, 1000


@pytest.fixture
async def stranger(office: Office) -> AsyncIterator[AsyncClient]:
    """A browser without any account."""
    headers = {"sec-fetch-site": "same-origin"}
    async with AsyncClient(transport=ASGITransport(office.app), base_url="http://desk.test", headers=headers) as client:
        yield client


async def link(office: Office, *, language: str = "id", chat: int = CHAT) -> str:
    """Let somebody ask for a link in the chat; return its path."""
    async with office.database.session() as session:
        person, now = uuid4().hex, office.clock()
        session.add(Person(id=person, language=language, created_at=now))
        session.add(TelegramAccount(chat_id=chat, person_id=person))
        if await session.get(Installation, THE_ROW) is None:
            session.add(Installation(id=THE_ROW, bot_id=BOT_ID, key_check=VAULT.seal(b"bekal", place=KEY_PLACE)))
        await session.flush()
        begun = await sign_up.begin(
            session, VAULT, person_id=person, language=language, slug=SLUG, is_for_another=False, now=now
        )
        return f"/f/{await form_links.make(session, begun.registration, now=now)}"


async def rows(office: Office) -> list[Registration]:
    async with office.database.session() as session:
        return list(await session.scalars(select(Registration).order_by(Registration.begun_at)))


async def told(office: Office) -> dict[int, tuple[str, Clearing]]:
    """Return what waits to be said in chats, and what goes from them with it."""
    async with office.database.reading() as connection:
        waiting = (await connection.execute(select(OutboxRow))).all()
    replies = {row.chat_id: read_row(row, VAULT).outgoing.reply for row in waiting}
    return {chat: (reply.body.text, reply.clearing) for chat, reply in replies.items()}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_form_is_sent_from_the_page_once(office: Office, stranger: AsyncClient, language: str) -> None:
    await office.programme(places=1)
    path = await link(office, language=language)

    page = await stranger.get(path)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert page.headers["referrer-policy"] == "same-origin"
    assert "set-cookie" not in page.headers
    assert f'lang="{language}"' in page.text
    assert ("Your name?" if language == "en" else "Nama Anda?") in page.text
    note = not_translated("id", words(language))
    assert page.text.count(note) == (len(QUESTIONS) if language in {"jv", "su"} else 0), "what is not in her language"
    done = await stranger.post(path, data=TYPED)

    assert done.status_code == 200
    (row,) = await rows(office)
    assert (row.status, row.language, str(row.reference) in done.text) == (Status.ACCEPTED, language, True)
    async with office.database.session() as session:
        assert opened(VAULT, await session.scalars(select(Answer))) == GIVEN
    ((said, clearing),) = (await told(office)).values()
    assert (str(row.reference) in said, clearing) == (True, Clearing.NOTHING), "the chat says it too"
    assert (await stranger.get(path)).status_code == 404
    again = await stranger.post(path, data=TYPED)
    assert (again.status_code, again.text) == (200, done.text), "a double tap, or a line that broke, costs no code"
    office.clock.now += LINK_HOLDS
    assert (await stranger.post(path, data=TYPED)).status_code == 404
    assert len(await rows(office)) == 1


async def test_of_a_discreet_programme_the_chat_is_cleared_and_told_nothing(
    office: Office, stranger: AsyncClient
) -> None:
    await office.programme(places=1, discreet=True)
    path = await link(office)

    done = await stranger.post(path, data=TYPED)

    (row,) = await rows(office)
    assert str(row.reference) in done.text, "it stands on the page"
    assert "Anda mendapat tempat" not in done.text
    ((said, clearing),) = (await told(office)).values()
    assert (str(row.reference) in said, clearing) == (False, Clearing.CHAT)


async def test_what_is_wrong_is_said_and_nothing_is_kept_or_lost(office: Office, stranger: AsyncClient) -> None:
    await office.programme(places=1, sex="female")
    path = await link(office)

    wrong = await stranger.post(path, data=TYPED | {"q.birth-date": "31-2-1990", "q.name": ""})
    assert wrong.status_code == 422
    assert dict(re.findall(r'id="q-([a-z-]+)-error">([^<]+)<', wrong.text)) == {
        "birth-date": "Tulis tanggal lahir Anda, seperti 17-8-1990.", "name": "Pertanyaan ini harus dijawab.",
    }  # fmt: skip
    assert 'value="31-2-1990"' in wrong.text
    for_women = await stranger.post(path, data=TYPED | {"q.sex": "male"})
    assert (for_women.status_code, "Program ini untuk perempuan." in for_women.text) == (422, True)
    async with office.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(Answer)) == 0
    assert [row.status for row in await rows(office)] == [Status.BEGUN]
    assert await told(office) == {}
    assert (await stranger.post(path, data=TYPED)).status_code == 200, "the link still holds"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite has one writer
async def test_two_who_send_the_same_form_at_once_send_it_once(office: Office, stranger: AsyncClient) -> None:
    await office.programme(places=1)
    path = await link(office)

    answers = await asyncio.gather(*(stranger.post(path, data=TYPED) for _ in range(4)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert [row.status for row in await rows(office)] == [Status.ACCEPTED]


async def test_who_comes_too_late_for_a_place_is_told_and_nothing_is_kept(
    office: Office, stranger: AsyncClient
) -> None:
    await office.programme(places=1, waitlist=False)
    path = await link(office)
    await office.person()
    late = await stranger.post(path, data=TYPED)
    assert (late.status_code, "Semua tempat" in late.text) == (200, True)
    assert [row.status for row in await rows(office)] == [Status.ACCEPTED]


async def test_a_link_ends_with_its_time_and_with_the_next_one(office: Office, stranger: AsyncClient) -> None:
    await office.programme()
    path = await link(office)
    async with office.database.session() as session:
        (row,) = await session.scalars(select(Registration))
        newer = f"/f/{await form_links.make(session, row, now=office.clock())}"
    assert (await stranger.get(path)).status_code == 404
    office.clock.now += LINK_HOLDS
    assert (await stranger.get(newer)).status_code == 404


async def test_200_guesses_learn_nothing(office: Office, stranger: AsyncClient) -> None:
    await guess(office, stranger, 200)


@pytest.mark.deep
async def test_10000_guesses_learn_nothing(office: Office, stranger: AsyncClient, report: Report) -> None:
    await guess(office, stranger, 10_000)
    report.note(guesses=10_000, hits=0)


async def guess(office: Office, stranger: AsyncClient, count: int) -> None:
    """Guess links and references: used, too old or never there is told alike, and nobody else's is found."""
    await office.programme()
    used, old = await link(office), await link(office, chat=CHAT + 1)
    assert (await stranger.post(used, data=TYPED)).status_code == 200
    office.clock.now += LINK_HOLDS
    gone, other = await stranger.get(used), await stranger.get(old)
    assert (other.status_code, other.text) == (404, gone.text)
    sent = next(row for row in await rows(office) if row.reference)
    for number in range(count):
        answer = await stranger.get(f"/f/{secrets.token_urlsafe(32)}")
        assert (answer.status_code, answer.text, dict(answer.headers)) == (404, gone.text, dict(gone.headers))
        reference = sign_up.new_reference() if number else str(sent.reference)
        async with office.database.reading_session() as session:
            assert await standings.shown_to(session, person_id="0" * 32, reference=reference) == []
    for odd in ("/f/%00", "/f/x%ff", f"/f/{'x' * 5000}"):
        assert (await stranger.get(odd)).status_code == 404


async def test_what_was_begun_and_stopped_opens_nothing(office: Office, stranger: AsyncClient) -> None:
    await office.programme()
    path = await link(office)
    async with office.database.session() as session:
        await sign_up.stop(session, (await session.scalars(select(Registration))).one())
    assert (await stranger.get(path)).status_code == 404
    async with office.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(FormLink)) == 0
