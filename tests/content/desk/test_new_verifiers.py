"""For a day nobody approves what those wrote who made her a verifier: one person cannot be two."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.rules import TooNew
from content.revisions import Revision
from core.db import Database
from staff import grants, invitations, sessions, team
from staff.accounts import StaffAccount
from staff.actors import Actor, Role
from tests.content.desk.test_two_people import NOW, approve, submit, write
from tests.desk import add_person

LATER = NOW + timedelta(hours=1)
NEXT_DAY = NOW + timedelta(hours=25)


async def written_by(session: AsyncSession, by: Actor) -> Revision:
    revision = await write(session, by, title="Baru")
    await submit(session, revision, by)
    return revision


async def add_boss(session: AsyncSession, name: str) -> Actor:
    """Somebody who writes, and gives roles."""
    return await add_person(session, name, Role.ADMINISTRATOR, Role.EDITOR, now=NOW)


async def again(session: AsyncSession, actor: Actor) -> Actor:
    """Whom the domain sees after what happened since."""
    account = await session.get_one(StaffAccount, actor.account_id)
    return await sessions.actor_of(session, account, proved_at=LATER)


async def give(session: AsyncSession, whom: Actor, role: Role, by: Actor) -> Actor:
    language = "id" if role is Role.VERIFIER else None
    await grants.give(session, account_id=whom.account_id, role=role, language=language, by=by, now=NOW)
    return await again(session, whom)


async def refused_until_the_next_day(session: AsyncSession, revision: Revision, by: Actor) -> None:
    with pytest.raises(TooNew):
        await approve(session, revision, by, LATER)
    account = await session.get_one(StaffAccount, by.account_id)
    await approve(session, revision, await sessions.actor_of(session, account, proved_at=NEXT_DAY), NEXT_DAY)


async def test_whom_the_writer_made_a_verifier(stocked: Database) -> None:
    async with stocked.session() as session:
        sri, dewi = await add_boss(session, "sri"), await add_person(session, "dewi", now=NOW)
        dewi = await give(session, dewi, Role.VERIFIER, sri)
        await refused_until_the_next_day(session, await written_by(session, sri), dewi)


async def test_whom_the_writer_let_make_herself_one(stocked: Database) -> None:
    async with stocked.session() as session:
        sri, dewi = await add_boss(session, "sri"), await add_person(session, "dewi", now=NOW)
        dewi = await give(session, dewi, Role.ADMINISTRATOR, sri)
        dewi = await give(session, dewi, Role.VERIFIER, dewi)
        await refused_until_the_next_day(session, await written_by(session, sri), dewi)


async def test_whom_somebody_made_one_whom_the_writer_let_do_so(stocked: Database) -> None:
    async with stocked.session() as session:
        sri, puppet = await add_boss(session, "sri"), await add_person(session, "puppet", now=NOW)
        dewi = await add_person(session, "dewi", now=NOW)
        puppet = await give(session, puppet, Role.ADMINISTRATOR, sri)
        dewi = await give(session, dewi, Role.VERIFIER, puppet)
        await refused_until_the_next_day(session, await written_by(session, sri), dewi)


async def test_who_came_in_by_a_link_that_the_writer_had_in_her_hands(stocked: Database) -> None:
    async with stocked.session() as session:
        sri, other = await add_boss(session, "sri"), await add_boss(session, "other")
        account, _ = await invitations.invite(
            session, email="dewi@desk.test", name="Dewi", language="id", by=sri, now=NOW
        )
        dewi = await give(session, Actor(account.id, account.name, ()), Role.VERIFIER, other)
        await refused_until_the_next_day(session, await written_by(session, sri), dewi)


@pytest.mark.parametrize("way", ["a new password", "without a code"])
async def test_a_verifier_of_old_into_whose_account_the_writer_could_get(stocked: Database, way: str) -> None:
    async with stocked.session() as session:
        sri, ani = await add_boss(session, "sri"), await add_person(session, "ani", Role.VERIFIER, now=NOW)
        if way == "a new password":
            await invitations.invite_again(session, account_id=ani.account_id, by=sri, now=NOW)
        else:
            await team.forget_code(session, account_id=ani.account_id, by=sri, now=NOW)
        await refused_until_the_next_day(session, await written_by(session, sri), await again(session, ani))


async def test_what_others_wrote_a_new_verifier_approves_at_once(stocked: Database) -> None:
    async with stocked.session() as session:
        sri, other = await add_boss(session, "sri"), await add_boss(session, "other")
        dewi = await give(session, await add_person(session, "dewi", now=NOW), Role.VERIFIER, other)
        await approve(session, await written_by(session, sri), dewi, LATER)


async def test_a_verifier_of_old_stays_one_when_the_writer_gives_her_another_language(stocked: Database) -> None:
    async with stocked.session() as session:
        sri, ani = await add_boss(session, "sri"), await add_person(
            session, "ani", Role.VERIFIER, now=NOW, languages=("id",)
        )  # fmt: skip
        await grants.give(session, account_id=ani.account_id, role=Role.VERIFIER, language="jv", by=sri, now=NOW)
        await approve(session, await written_by(session, sri), await again(session, ani), LATER)
