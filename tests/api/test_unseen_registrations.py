"""Registrations that no registrar sees: whoever can give the role is told that they wait."""

import re

from sqlalchemy import update

from api.doctor import findings
from core.settings import Settings
from registrations.registrations import Status
from staff.actors import Role
from staff.grants import RoleGrant
from tests.api.registrars import JAVA, LOMBOK, Office
from tests.desk import add_person, sign_in, visitor
from tests.harness import DATA, VAULT
from tests.registrations.forms import SLUG


async def told(office: Office, signed_in: str) -> tuple[int, list[str]]:
    """Return how many the health page counts, and what the doctor says of them."""
    async with visitor(office.app, signed_in) as boss:
        counted = re.search(r"that no registrar sees</th><td>(\d+)<", (await boss.get("/health")).text)
    assert counted
    found = await findings(Settings(show_unverified=True, data_dir=DATA), office.database, VAULT)
    return int(counted[1]), [each.what for each in found if "nobody of the staff sees them" in each.what]


async def test_what_waits_where_no_registrar_is_left_is_told_until_there_is_one(office: Office) -> None:
    await office.programme()
    for province, status in ((JAVA, None), (LOMBOK, None), (JAVA, Status.DECLINED), (JAVA, Status.BEGUN)):
        await office.person(status, province=province)
    async with office.database.session() as session:
        boss = await add_person(session, "boss", Role.ADMINISTRATOR, now=office.clock())
        signed_in = await sign_in(session, boss, now=office.clock())
    assert await told(office, signed_in) == (0, [])
    async with office.database.session() as session:
        registrars = update(RoleGrant).where(RoleGrant.role == Role.REGISTRAR)
        await session.execute(registrars.values(revoked_at=office.clock()))
    await office.registrar("dewi", province=LOMBOK)
    await office.registrar("sri", programme="courses")

    count, [said] = await told(office, signed_in)
    await office.registrar("yuni", programme=SLUG, province=JAVA)

    assert (count, said.split(" registrations wait")[0]) == (1, "1")
    assert await told(office, signed_in) == (0, [])
