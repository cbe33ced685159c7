"""A bug of ours costs the one it strikes an apology, and nobody else anything."""

import asyncio

import pytest
from sqlalchemy import insert, select, text

from bot import routes
from bot.conversations import ParkedUpdate
from bot.service import BotService
from bot.telegram.sender import REPEAT_WINDOW
from bot.turn import Turn
from core.db import Database
from core.messages import Reply
from core.outbox import SendPause
from tests.phones import Telegram
from tests.reliability.effects import all_settled, effects


async def breaks_in_sql(turn: Turn) -> list[Reply]:
    session = await turn.open_session()
    await session.execute(text("UPDATE person SET language = 'xx'"))
    await session.execute(text("SELECT nonsense FROM nowhere"))
    return []


async def breaks(turn: Turn) -> list[Reply]:
    turn.go_to("nowhere")
    await (await turn.open_session()).execute(
        insert(SendPause).values(bot_id=1, asked_at=turn.now, paused_until=turn.now)
    )
    raise LookupError("Sari, X1234567")


@pytest.fixture(params=[breaks, breaks_in_sql])
def _broken_command(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """/broken, of which the handler has a bug."""
    monkeypatch.setitem(routes.COMMANDS, "broken", request.param)


@pytest.mark.usefixtures("_broken_command")
async def test_the_update_is_parked_and_answered_with_an_apology(
    bot: BotService, stocked: Database, telegram: Telegram
) -> None:
    sari, dewi = await telegram.person("Sari"), await telegram.person("Dewi")
    for person, command in ((sari, "/broken"), (dewi, "/menu"), (sari, "/broken")):
        await person.write(command)
    await dewi.shows("topik")
    await sari.sees("Maaf, ada gangguan")
    await all_settled(telegram, stocked, seconds=10)

    assert (await effects(stocked)).parked == 2
    async with stocked.reading() as connection:
        parked = (await connection.execute(select(ParkedUpdate.error, ParkedUpdate.place))).all()
        languages = (await connection.execute(text("SELECT DISTINCT language FROM person"))).scalars().all()
        written = (await connection.execute(select(SendPause))).all()
    assert "X1234567" not in str(parked)
    assert (languages, written) == (["id"], []), "what a broken handler wrote is undone"


async def test_whatever_telegram_answers_polling_goes_on(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await telegram.faults({"kind": "error", "methods": ["getUpdates"], "status": 404, "times": 1})
    await sari.write("/start")

    await sari.sees("Halo", seconds=30)


async def test_an_address_that_is_not_telegrams_for_a_moment_loses_no_answer(
    bot: BotService, stocked: Database, telegram: Telegram
) -> None:
    sari = await telegram.person()
    await telegram.faults({"kind": "error", "methods": ["sendMessage"], "status": 404, "times": 2})
    await sari.write("/start")

    await sari.sees("Halo")
    await all_settled(telegram, stocked, seconds=10)
    assert (await effects(stocked)).failed == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_people_whom_telegram_cannot_serve_do_not_hold_up_the_others(
    bot: BotService, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FIRST_RETRY_SECONDS", "LONGEST_RETRY_SECONDS"):
        monkeypatch.setattr(f"bot.telegram.sender.{name}", 240)  # so nobody tries again within two minutes
    await telegram.faults({"kind": "error", "methods": ["sendMessage"], "status": 500})
    for number in range(REPEAT_WINDOW):
        await (await telegram.person(f"Sari {number}")).write("/start")
    async with asyncio.timeout(30):
        while len(await telegram.calls("sendMessage")) < REPEAT_WINDOW:  # noqa: ASYNC110  the stand-in tells nobody
            await asyncio.sleep(0.02)
    await telegram.no_faults()
    dewi = await telegram.person("Dewi")
    await dewi.write("/start")

    await dewi.sees("Halo", seconds=30)
