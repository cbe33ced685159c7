"""Addresses on buttons: what Telegram takes for one, and how it refuses the rest."""

from typing import Any

import pytest

from tests.simulator.desk import Desk


def link(address: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Buka", "url": address}]]}


@pytest.mark.parametrize(
    "address",
    [
        "https://bekal.id",
        "HTTP://Bekal.ID:8080/a?b=1#c",
        "https://wa.me/6281234567890?text=Halo%20KBRI",
        "https://t.me/bekal_bot?start=a-slug",
        "https://kemlu.go.id/taipei/id",
        "https://user@bekal.id/",
        "https://bücher.de",
        "tg://resolve?domain=bekal_bot&start=a",
        "tg:resolve?domain=bekal_bot",
        "tg://user?id=5000001",
    ],
)
async def test_an_address_is_taken_and_makes_a_button(desk: Desk, sari: int, address: str) -> None:
    message = await desk.bot("sendMessage", chat_id=sari, text="Halo", reply_markup=link(address))

    assert message["reply_markup"] == link(address)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("bekal", "Wrong HTTP URL"),
        ("bekal.id/a", "Wrong HTTP URL"),
        ("https://bekal", "Wrong HTTP URL"),
        ("http://localhost:8080/phone", "Wrong HTTP URL"),
        ("https://", "URL host is empty"),
        ("https:///a", "URL host is empty"),
        ("https://bekal .id", "Wrong URL host"),
        ("https://bekal.id:0/", "Wrong port number specified in the URL"),
        ("https://bekal.id:port/", "Wrong port number specified in the URL"),
        ("https://bekal.id:65536/", "Wrong port number specified in the URL"),
        ("tel:+6281234567890", "Wrong port number specified in the URL"),
        ("ftp://bekal.id", "Unsupported URL protocol"),
        ("whatsapp://send?phone=62", "Unsupported URL protocol"),
        ("javascript://bekal.id/%0aalert(1)", "Unsupported URL protocol"),
        ("tg://", "URL host is empty"),
        ("tg://a.b/c", "Unallowed characters in URL host"),
        ("tg://https://bekal.id", "Wrong tg URL"),
        ("tg://user@resolve", "Wrong tg URL"),
    ],
)
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_what_is_no_address_is_refused(desk: Desk, sari: int, method: str, address: str, problem: str) -> None:
    more: dict[str, Any] = {"message_id": await desk.say(sari)} if method == "editMessageText" else {}

    words = await desk.refused(method, chat_id=sari, text="baru", reply_markup=link(address), **more)

    assert words == f"inline keyboard button URL '{address}' is invalid: {problem}"
