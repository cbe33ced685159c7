"""Groups: the bot explains itself once, when it joins, and answers only in private."""

from bot.service import BotService
from core.db import Database
from tests.phones import Telegram
from tests.processes import TOKEN

BOT_ID = int(TOKEN.partition(":")[0])
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "Bantul in Hong Kong"}


async def test_joining_a_group_is_answered_by_one_message_with_the_way_to_the_private_chat(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await telegram.person()
    member = {"user": {"id": BOT_ID, "is_bot": True, "first_name": "Bekal"}}
    joined = {
        "chat": GROUP, "from": {"id": sari.id, "is_bot": False, "first_name": "Sari", "language_code": "id"},
        "date": 1795500000, "old_chat_member": {"status": "left", **member},
        "new_chat_member": {"status": "member", **member},
    }  # fmt: skip
    talk = {"message_id": 5, "date": 1795500001, "chat": GROUP, "from": joined["from"], "text": "tolong"}

    await telegram.updates([{"my_chat_member": joined}, {"message": talk}])
    await sari.write("/menu")
    await sari.shows("Pilih topik, atau")

    sent = [call["parameters"] for call in await telegram.calls("sendMessage")]
    to_group = [parameters for parameters in sent if parameters["chat_id"] == GROUP["id"]]
    assert len(to_group) == 1
    assert "https://t.me/" in to_group[0]["text"]
    async with stocked.reading() as connection:
        assert (await connection.exec_driver_sql("SELECT COUNT(*) FROM person")).scalar_one() == 1
