"""The log of a running product, at its most talkative, on a bad day: it names nobody and opens no door."""

from pathlib import Path

import aiohttp

from simulator.server import running
from simulator.simulator import Simulator
from tests.phones import Telegram
from tests.processes import SECRET, TOKEN, Product, telegram_settings


async def test_the_log_holds_no_person_and_no_secret(tmp_path: Path) -> None:
    async with running(Simulator(token=TOKEN)) as server, aiohttp.ClientSession() as session:
        product = Product("serve", tmp_path, **telegram_settings(server.url, ""), BEKAL_LOG_LEVEL="DEBUG")
        product.environment["BEKAL_PUBLIC_URL"] = product.url
        await product.start()
        telegram = Telegram(server.url, session)
        zubaedah = await telegram.person("Zubaedah", "id")
        await zubaedah.write("/start")
        await zubaedah.sees("Halo")
        await telegram.faults(
            {"kind": "error", "methods": ["sendMessage"], "status": 500, "times": 1},
            {"kind": "drop_before", "methods": ["sendMessage"], "times": 1},
            {"kind": "too_many_requests", "methods": ["sendMessage"], "times": 1},
        )
        await zubaedah.write("paspor saya X1234567 ditahan")
        await zubaedah.sees(lambda messages: len(messages) == 3)  # with the line that brings the keys
        await telegram.faults({"kind": "error", "methods": ["sendMessage"], "status": 403, "times": 1})
        await zubaedah.write("halo X1234567")
        await telegram.updates([{"message": {"text": "X1234567"}}, {"message": "X1234567"}])
        async with session.post(f"{product.url}/telegram/webhook", json={"x": "X1234567"}) as answer:
            assert answer.status == 403
        await zubaedah.write("/menu")
        await zubaedah.sees(lambda messages: len(messages) == 4)
        await product.interrupt()

    told = product.log()
    assert "telegram asks for a pause" in told
    assert "message not delivered" in told
    assert "malformed update" in told
    for private in ("Zubaedah", str(zubaedah.id), "X1234567", "paspor", TOKEN.partition(":")[2], SECRET):
        assert private not in told
