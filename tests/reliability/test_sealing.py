"""A running product seals what stands in the audit log within a second: two processes of it, one chain."""

import asyncio
import statistics
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.clock import utc_now
from core.db import Database
from simulator.server import running
from simulator.simulator import Simulator
from staff import audit, sealing
from staff.actors import Actor
from staff.audit import AuditEntry
from tests.harness import VAULT
from tests.processes import TOKEN, Product, telegram_settings
from tests.reports import Report

ENTRIES = 20
PROMISED_SECONDS = 1.0


async def seconds_until_sealed(database: Database) -> float:
    """Write an entry, and return how long after its commit it has a seal."""
    async with database.session() as session:
        audit.record(session, by=Actor("sri", "Sri", ()), action="text.save", subject="article:a", now=utc_now())
    unsealed = select(func.count()).select_from(AuditEntry).where(AuditEntry.sealed_number.is_(None))
    written = time.monotonic()
    async with asyncio.timeout(30):
        while True:
            async with database.reading_session() as session:
                if not (await session.scalars(unsealed)).one():
                    return time.monotonic() - written
            await asyncio.sleep(0.02)


@pytest.mark.deep
async def test_a_running_product_seals_entries_within_a_second(
    database_url: str, stocked: Database, tmp_path: Path, report: Report
) -> None:
    async with running(Simulator(token=TOKEN)) as telegram:
        products = [Product("serve", tmp_path, **telegram_settings(telegram.url, database_url)) for _ in range(2)]
        for product in products:
            product.environment["BEKAL_PUBLIC_URL"] = product.url
            await product.start()
        for _ in range(3):  # while the product still starts
            await seconds_until_sealed(stocked)
        took = [await seconds_until_sealed(stocked) for _ in range(ENTRIES)]
        for product in products:
            await product.interrupt()

    async with stocked.reading_session() as session:
        chain = await sealing.prove(session, vault=VAULT, now=utc_now())
    usual = statistics.median(took)  # the slowest is told, too: a machine that is busy with more may hold one up
    report.note(
        entries=ENTRIES, processes=len(products), usual_ms=round(usual * 1000), slowest_ms=round(max(took) * 1000)
    )
    assert (chain.broken_at, chain.late) == (None, ())
    assert chain.sealed >= ENTRIES
    assert usual < PROMISED_SECONDS
