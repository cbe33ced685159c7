"""The webhook: what it is told, how often, in which order, and which ones are refused."""

from typing import Any

import pytest

from tests.simulator.desk import HOUR, Clock, Desk, Receiver, buttons

HEADER = "X-Telegram-Bot-Api-Secret-Token"
ABC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


async def test_updates_are_brought_with_the_secret(desk: Desk, sari: int, receiver: Receiver) -> None:
    await desk.bot("setWebhook", url=receiver.url, secret_token=ABC)

    await desk.write(sari, "hai")

    update, headers = await receiver.next_with_headers()
    assert (update["message"]["text"], headers[HEADER]) == ("hai", ABC)


async def test_without_a_secret_there_is_no_header(desk: Desk, sari: int, receiver: Receiver) -> None:
    await desk.bot("setWebhook", url=receiver.url)
    await desk.write(sari, "hai")

    assert HEADER not in (await receiver.next_with_headers())[1]


async def test_what_waited_is_brought_first(desk: Desk, sari: int, receiver: Receiver) -> None:
    await desk.write(sari, "satu")

    await desk.bot("setWebhook", url=receiver.url)
    await desk.write(sari, "dua")

    assert await receiver.texts(2) == ["satu", "dua"]


async def test_what_waited_can_be_dropped(desk: Desk, sari: int, receiver: Receiver) -> None:
    await desk.write(sari, "lama")

    await desk.bot("setWebhook", url=receiver.url, drop_pending_updates=True)
    await desk.write(sari, "baru")

    assert await receiver.texts(1) == ["baru"]


@pytest.mark.parametrize("status", [500, 404, 302, 301, 400])
async def test_an_update_is_brought_until_the_answer_is_2xx(
    desk: Desk, sari: int, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status, status, 204]
    await desk.bot("setWebhook", url=receiver.url)

    await desk.write(sari, "hai")

    assert await receiver.texts(3) == ["hai"] * 3
    assert await receiver.hears_nothing()
    info = await desk.bot("getWebhookInfo")
    assert info["last_error_message"].startswith(f"Wrong response from the webhook: {status}")
    assert info["pending_update_count"] == 0


async def test_an_update_that_is_refused_holds_back_those_of_its_chat_only(
    desk: Desk, sari: int, receiver: Receiver
) -> None:
    dewi = await desk.person("Dewi")
    receiver.statuses = [500]
    await desk.bot("setWebhook", url=receiver.url)

    await desk.write(sari, "satu")
    first = await receiver.texts(1)
    await desk.write(sari, "dua")
    await desk.write(dewi, "tiga")

    assert first == ["satu"]
    later = await receiver.texts(3)
    assert [text for text in later if text != "tiga"] == ["satu", "dua"]
    assert "tiga" in later


async def test_the_next_update_of_a_chat_waits_for_the_answer_to_the_first(
    desk: Desk, sari: int, receiver: Receiver
) -> None:
    receiver.hold.clear()
    await desk.bot("setWebhook", url=receiver.url)

    await desk.write(sari, "satu")
    await desk.write(sari, "dua")

    assert await receiver.texts(1) == ["satu"]
    assert await receiver.hears_nothing()
    receiver.hold.set()
    assert await receiver.texts(1) == ["dua"]


async def test_a_tap_overtakes_a_message_that_is_refused(desk: Desk, sari: int, receiver: Receiver) -> None:
    number = await desk.say(sari, reply_markup=buttons("a"))
    receiver.hold.clear()
    await desk.bot("setWebhook", url=receiver.url)

    await desk.write(sari, "satu")
    await desk.tap(sari, number)

    assert {list(await receiver.next())[1] for _ in range(2)} == {"message", "callback_query"}
    receiver.hold.set()


async def test_no_more_connections_are_used_than_were_allowed(desk: Desk, receiver: Receiver) -> None:
    people = [await desk.person() for _ in range(3)]
    receiver.hold.clear()
    await desk.bot("setWebhook", url=receiver.url, max_connections=0)

    for person in people:
        await desk.write(person, "hai")

    assert await receiver.texts(1) == ["hai"]
    assert await receiver.hears_nothing()
    receiver.hold.set()
    assert await receiver.texts(2) == ["hai"] * 2


async def test_setting_the_same_webhook_again_brings_nothing_twice(desk: Desk, sari: int, receiver: Receiver) -> None:
    receiver.hold.clear()
    await desk.bot("setWebhook", url=receiver.url)
    await desk.write(sari, "hai")
    await receiver.texts(1)

    await desk.bot("setWebhook", url=receiver.url)

    assert await receiver.hears_nothing()
    receiver.hold.set()


async def test_a_new_webhook_takes_over_what_the_old_one_did_not_confirm(
    desk: Desk, sari: int, receiver: Receiver
) -> None:
    receiver.hold.clear()
    await desk.bot("setWebhook", url=receiver.url, secret_token="old")
    await desk.write(sari, "hai")
    old = await receiver.next_with_headers()

    await desk.bot("setWebhook", url=receiver.url, secret_token="new")

    new = await receiver.next_with_headers()
    assert [(update["message"]["text"], headers[HEADER]) for update, headers in (old, new)] == [
        ("hai", "old"),
        ("hai", "new"),
    ]
    receiver.hold.set()


@pytest.mark.parametrize("way", ["deleteWebhook", "setWebhook"])
async def test_what_a_deleted_webhook_did_not_confirm_is_left_for_polling(
    desk: Desk, sari: int, receiver: Receiver, way: str
) -> None:
    receiver.statuses = [500] * 50
    await desk.bot("setWebhook", url=receiver.url)
    await desk.write(sari, "hai")
    await receiver.texts(1)

    await desk.bot(way, **{"url": ""} if way == "setWebhook" else {})

    assert [update["message"]["text"] for update in await desk.bot("getUpdates")] == ["hai"]
    assert (await desk.bot("getWebhookInfo"))["url"] == ""


async def test_deleting_a_webhook_can_drop_what_waits(desk: Desk, sari: int) -> None:
    await desk.write(sari, "hai")

    await desk.bot("deleteWebhook", drop_pending_updates=True)

    assert await desk.bot("getUpdates") == []


async def test_a_webhook_that_is_down_gets_its_updates_until_they_are_a_day_old(
    desk: Desk, sari: int, receiver: Receiver, clock: Clock
) -> None:
    receiver.statuses = [500] * 500
    await desk.bot("setWebhook", url=receiver.url)
    await desk.write(sari, "lama")
    clock.turn(24 * HOUR)
    await receiver.texts(2)

    clock.turn(1)
    await desk.bot_until("getWebhookInfo", lambda info: info["pending_update_count"] == 0)

    receiver.statuses.clear()
    await desk.write(sari, "baru")
    while (text := (await receiver.texts(1))[0]) == "lama":
        pass
    assert text == "baru"


async def test_a_webhook_that_nobody_serves_is_told_of_in_its_info(desk: Desk, sari: int) -> None:
    await desk.bot("setWebhook", url="http://127.0.0.1:9/hook", max_connections=7)
    await desk.write(sari, "hai")

    info = await desk.bot_until("getWebhookInfo", lambda info: "last_error_message" in info)

    assert (info["pending_update_count"], info["max_connections"]) == (1, 7)
    assert info["last_error_message"] == "Connection refused"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"url": "http://bekal.id/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://bekal.id:9000/"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://[bekal"}, "invalid webhook URL specified"),
        ({"url": "https://bekal.id:x/"}, "invalid webhook URL specified"),
        ({"url": "https://bekal.id", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://bekal.id", "secret_token": "é"}, "secret token contains unallowed characters"),
        ({"url": "https://bekal.id", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_a_bad_webhook_is_refused(desk: Desk, parameters: dict[str, Any], words: str) -> None:
    assert await desk.refused("setWebhook", **parameters) == words
    assert (await desk.ask("GET", "/updates"))["webhook"] is None


async def test_a_secret_of_256_characters_is_taken(desk: Desk) -> None:
    assert await desk.bot("setWebhook", url="https://bekal.invalid:8443", secret_token=ABC * 4) is True
