"""From every state that a chat can be in, in every language: two steps to the right country's contacts."""

import pytest
from sqlalchemy import update

from bot.conversations import Conversation
from bot.screen import SCREENS
from bot.service import BotService
from content import targets
from core.clock import utc_now
from core.db import Database
from core.i18n import LANGUAGES
from registrations import sign_up
from registrations.people import TelegramAccount
from staff.actors import Role
from tests.desk import add_person
from tests.harness import VAULT
from tests.phones import Phone, Telegram

STATES = (
    "", targets.FIRST_MEETING, targets.HOME, "t:money", "a:wages-unpaid:1", "a:wages-unpaid:2", "n:washing-hands",
    targets.MORE, targets.HELP, targets.PRIVACY, targets.LANGUAGE, targets.SEARCH, "s:a:washing-hands:1|t:money",
    targets.CONTACTS, targets.OTHER_COUNTRIES, "e:MY", "e:HK:2", targets.CLEAR, targets.ERASE, targets.ABOUT_ME,
    "p:stage", "p:country", "p:province", "p:province::3", targets.PROGRAMMES, targets.programme("courses"),
    targets.question("courses", 0), targets.question("courses", 2), targets.question("courses", "sum"),
    targets.PATHS, targets.path("planning"), "a:legal-way:1 g:planning", targets.self_check("job-offer"),
    "what-an-older-version-knew",
)  # fmt: skip
CRIES = {"id": "tolong", "en": "help", "jv": "tulung", "su": "tulungan"}


def test_the_states_cover_every_kind_of_screen() -> None:
    assert SCREENS.keys() <= {state.partition(":")[0] for state in STATES}


async def begin(database: Database, sari: Phone, language: str) -> None:
    """Begin a form for somebody."""
    async with database.session() as session:
        account = await session.get_one(TelegramAccount, sari.id)
        await sign_up.begin(
            session, VAULT, person_id=account.person_id, language=language, slug="courses", is_for_another=False,
            now=utc_now(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("database_url", "language"),
    [*(("sqlite", language) for language in LANGUAGES), ("postgres", "su")],
    indirect=["database_url"],
)
async def test_a_cry_and_a_tap_give_the_countrys_contacts(
    bot: BotService, telegram: Telegram, stocked: Database, language: str
) -> None:
    async with stocked.session() as session:
        await add_person(session, "rini", Role.REGISTRAR, now=utc_now())  # or nobody could sign up
    for state in STATES:
        sari = await telegram.person()
        await sari.write(f"/start l-{language}")
        await sari.sees(lambda messages: len(messages) == 2)
        async with stocked.writing() as connection:
            chat = Conversation.__table__.c.chat_id == sari.id
            await connection.execute(update(Conversation).where(chat).values(step=state))
        if state.startswith("q:"):
            await begin(stocked, sari, language)

        await sari.write(CRIES[language])
        asked = await sari.shows("+6281290070027")
        await sari.tap_target(asked["message_id"], targets.contacts("TW"))

        assert "+886901132000" in (await sari.shows("1955"))["text"], state
