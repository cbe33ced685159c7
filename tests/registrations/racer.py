"""A process that sends sign-ups as soon as a line comes in: `python -m tests.registrations.racer URL SLUG ID…`."""

import asyncio
import sys

from core.db import Database
from registrations import sign_up
from tests.harness import VAULT
from tests.registrations.test_places import NOW

AT_ONCE = 10


async def race(url: str, slug: str, people: list[str]) -> None:
    database, places_at_once = Database(url), asyncio.Semaphore(AT_ONCE)

    async def send(person: str) -> None:
        async with places_at_once, database.session() as session:
            begun = await sign_up.begun(session, VAULT, person_id=person, slug=slug)
            assert begun
            await sign_up.send(session, VAULT, begun, now=NOW)

    async with database.reading():
        pass  # connected
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await asyncio.gather(*map(send, people))
    await database.close()


if __name__ == "__main__":
    asyncio.run(race(sys.argv[1], sys.argv[2], sys.argv[3:]))
