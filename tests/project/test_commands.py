"""The commands, as a person types them: on an empty folder, a second time, and ended with Ctrl-C."""

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest

from simulator.server import running
from simulator.simulator import Simulator
from tests.phones import Telegram
from tests.processes import TOKEN, Product, telegram_settings
from tests.reports import Report
from tools.starting import from_nothing

SECOND_START_SECONDS, END_SECONDS = 10, 5


async def greet(product: Product) -> str:
    async with aiohttp.ClientSession() as session:
        telegram = Telegram(product.url, session)
        sari = await telegram.person("Sari", "id")
        await sari.write("/start")
        return str((await sari.sees("Halo"))["text"])


async def test_run_needs_nothing_and_runs_again_from_where_it_was(tmp_path: Path) -> None:
    product = Product("run", tmp_path, from_nothing)
    await product.start()
    await greet(product)
    assert await product.interrupt() == 0
    for role in ("editor", "verifier", "administrator"):
        assert f"{role}@demo.bekal.example" in product.log()
    assert "their password: bekal-demo-2026)" in product.log()

    again = Product("run", tmp_path, from_nothing)
    await again.start()
    await greet(again)
    async with aiohttp.ClientSession() as session, session.get(f"{again.url}/phone") as page:
        assert page.status == 200
    async with aiohttp.ClientSession() as session:
        people = await Telegram(again.url, session).ask("GET", "/people")
    assert [person["first_name"] for person in people] == ["Sari", "Dewi", "Sari", "Sari"], "people are kept"
    assert await again.interrupt() == 0
    assert "Traceback" not in again.log()
    assert "/phone" in again.log()


@pytest.mark.deep
async def test_run_starts_and_ends_within_its_seconds(tmp_path: Path, report: Report) -> None:
    product, seconds = Product("run", tmp_path, from_nothing), []
    for _ in range(2):
        began = time.monotonic()
        await product.start()
        started = time.monotonic()
        await greet(product)
        asked = time.monotonic()
        assert await product.interrupt() == 0
        seconds.append((started - began, time.monotonic() - asked))
    (first, _), (second, ended) = seconds

    report.note(first_start_seconds=f"{first:.1f}", second_start_seconds=f"{second:.1f}", ctrl_c_seconds=f"{ended:.1f}")
    assert second < SECOND_START_SECONDS
    assert all(end < END_SECONDS for _, end in seconds)


async def test_run_is_not_muted_by_repeated_update_ids_after_a_kill(tmp_path: Path) -> None:
    product = Product("run", tmp_path, from_nothing)
    await product.start()
    await greet(product)
    await product.kill()

    await product.start()
    async with aiohttp.ClientSession() as session:
        sari = await Telegram(product.url, session).person("Sari", "id")
        await sari.write("/menu")  # the stand-in may have forgotten her; the bot has not
        await sari.shows("Pilih topik, atau")
    await product.interrupt()


async def test_ctrl_c_ends_it_while_a_phone_is_looking(tmp_path: Path) -> None:
    product = Product("run", tmp_path, from_nothing)
    await product.start()
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{product.url}/simulator/people/5000001/events?after=0") as stream,
    ):
        assert stream.status == 200
        assert await product.interrupt() == 0
    assert "Traceback" not in product.log()


@pytest.mark.parametrize("command", ["poll", "serve"])
async def test_poll_and_serve_set_themselves_up_in_an_empty_folder(command: str, tmp_path: Path) -> None:
    async with running(Simulator(token=TOKEN)) as server, aiohttp.ClientSession() as session:
        product = Product(command, tmp_path, from_nothing, **telegram_settings(server.url, ""))
        product.environment["BEKAL_PUBLIC_URL"] = product.url if command == "serve" else ""
        await product.start()
        telegram = Telegram(server.url, session)
        sari = await telegram.person("Sari", "en")
        await sari.write("/start")
        await sari.sees("Hello")
        assert await product.interrupt() == 0
    assert (tmp_path / "data" / "bekal.db").exists()


@pytest.mark.parametrize(
    ("command", "settings", "says"),
    [
        ("poll", {}, "BEKAL_TELEGRAM_TOKEN is not set"),
        ("serve", {"BEKAL_TELEGRAM_TOKEN": TOKEN}, "BEKAL_WEBHOOK_SECRET is not set"),
        ("run", {"BEKAL_BIND": "nowhere"}, "BEKAL_BIND"),
        ("run", {"BEKAL_TELEGRAM_TOKEN": "abc"}, "BEKAL_TELEGRAM_TOKEN"),
        ("run", {"BEKAL_DATA_DIR": "/proc/nowhere"}, "Cannot set up"),
        ("simulate", {"BEKAL_DATA_DIR": "/proc/nowhere"}, "Cannot set up"),
        ("migrate", {"BEKAL_DATABASE_URL": "postgresql://bekal@127.0.0.1:1/none"}, "The database cannot be used"),
        ("migrate", {"BEKAL_DATABASE_URL": "sqlite:////nowhere/bekal.db"}, "The database cannot be used"),
        ("migrate", {"BEKAL_DATA_KEY": "short"}, "BEKAL_DATA_KEY must hold 32 bytes"),
    ],
)
async def test_a_failure_is_one_sentence_and_a_non_zero_exit(
    command: str, settings: dict[str, str], says: str, tmp_path: Path
) -> None:
    product = Product(command, tmp_path, **settings)
    await ends_with(product, says)
    assert "Traceback" not in product.log()


async def test_a_lost_key_and_a_second_bot_are_one_sentence_each(tmp_path: Path) -> None:
    async with running(Simulator(token=TOKEN)) as server:
        product = Product("poll", tmp_path, **telegram_settings(server.url, ""))
        del product.environment["BEKAL_DATA_KEY"]
        await product.start()
        assert await product.interrupt() == 0
        assert "articles are not verified" not in product.log()

        product.environment["BEKAL_TELEGRAM_TOKEN"] = TOKEN.replace("1000001", "2000002")
        await ends_with(product, "This database belongs to the bot 1000001")
        product.environment["BEKAL_TELEGRAM_TOKEN"] = TOKEN
        (tmp_path / "data" / "data.key").unlink()
        await ends_with(product, "data.key is gone")
    assert not (tmp_path / "data" / "data.key").exists()


async def ends_with(product: Product, sentence: str) -> None:
    with pytest.raises(AssertionError):
        await product.start()
    assert product.process is not None
    assert product.process.poll() == 1
    assert sentence in product.log().strip().splitlines()[-1]


async def test_with_a_token_the_start_tells_who_is_served_and_what_is_hidden(tmp_path: Path) -> None:
    async with running(Simulator(token=TOKEN)) as server:
        product = Product("poll", tmp_path, **telegram_settings(server.url, ""))
        del product.environment["BEKAL_SHOW_UNVERIFIED"]
        await product.start()
        async with asyncio.timeout(60):
            while "articles are not verified" not in product.log():  # noqa: ASYNC110  a file tells nobody
                await asyncio.sleep(0.05)
        await product.interrupt()
    assert "Bekal serves https://t.me/bekal_bot by polling." in product.log()
    assert "96 of 96 articles are not verified yet" in product.log()
    assert "demo" not in product.log(), "demo accounts are the simulator's"


async def test_a_token_that_telegram_does_not_know_is_one_sentence(tmp_path: Path) -> None:
    async with running(Simulator(token=TOKEN + "x")) as server:
        product = Product("poll", tmp_path, **telegram_settings(server.url, ""))
        await product.start()
        async with asyncio.timeout(60):
            assert await product.end() == 1
    assert "Telegram does not know the bot of BEKAL_TELEGRAM_TOKEN" in product.log().strip().splitlines()[-1]
    assert "Traceback" not in product.log()


async def test_a_taken_address_is_one_sentence(tmp_path: Path) -> None:
    async with running(Simulator(token=TOKEN)) as server:
        port = server.url.rpartition(":")[2]
        product = Product("run", tmp_path, BEKAL_BIND=f"127.0.0.1:{port}")
        product.url = f"http://127.0.0.1:{1}"
        with pytest.raises(AssertionError):
            await product.start()
    assert "Cannot listen on" in product.log()
    assert "Traceback" not in product.log()
