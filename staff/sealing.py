"""The chain of the audit log: each seal covers its entry and the seal before it. None can be changed or left out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import Vault
from core.db import one_at_a_time
from staff.audit import AuditEntry

LOCK_KEY = 0x61756469  # "audi": one process seals at a time
PLACE = "audit_entry.seal"
SEALED_AT_ONCE = 500
LATE = timedelta(seconds=10)
PROVED_AT_ONCE = 1000
BEFORE_ALL = -(2**62)  # an entry that was put in with a number below 1 is found, too


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a proof of the chain found: how many entries hold, the first one that does not, which wait too long."""

    sealed: int
    broken_at: int | None
    late: tuple[int, ...]


async def seal_new(session: AsyncSession, *, vault: Vault) -> int:
    """Chain the entries that have no seal yet, in their order; return how many. Writers never wait for this."""
    await one_at_a_time(await session.connection(), LOCK_KEY)
    new = select(AuditEntry).where(AuditEntry.sealed_number.is_(None)).order_by(AuditEntry.id).limit(SEALED_AT_ONCE)
    entries = list(await session.scalars(new))
    if not entries:
        return 0
    number, before = await _last(session)
    for entry in entries:
        number += 1
        before = vault.sign(_link(before, number, entry), place=PLACE)
        entry.sealed_number, entry.seal = number, before
    await session.flush()
    return len(entries)


async def _last(session: AsyncSession) -> tuple[int, str]:
    sealed = select(AuditEntry.sealed_number, AuditEntry.seal).where(AuditEntry.sealed_number.is_not(None))
    row = (await session.execute(sealed.order_by(AuditEntry.sealed_number.desc()).limit(1))).one_or_none()
    return (row.sealed_number, row.seal) if row else (0, "")


def _link(before: str, number: int, entry: AuditEntry) -> bytes:
    return f"{before}\0{number}\0".encode() + entry.exact()


async def prove(session: AsyncSession, *, vault: Vault, now: datetime) -> ChainReport:
    """Follow the whole chain and tell where it breaks first, if it does; and which entries wait longer than 10 s."""
    number, last, before, broken_at = 0, BEFORE_ALL, "", None
    while broken_at is None:
        after = select(AuditEntry).where(AuditEntry.sealed_number > last)
        entries = list(await session.scalars(after.order_by(AuditEntry.sealed_number).limit(PROVED_AT_ONCE)))
        for entry in entries:
            link = _link(before, number + 1, entry)
            if entry.sealed_number != number + 1 or not vault.has_signed(entry.seal or "", link, place=PLACE):
                broken_at = entry.id
                break
            number, last, before = number + 1, number + 1, entry.seal or ""
        session.expunge_all()
        if len(entries) < PROVED_AT_ONCE:
            break
    waiting = select(AuditEntry.id).where(AuditEntry.sealed_number.is_(None), AuditEntry.at < now - LATE)
    late = await session.scalars(waiting.order_by(AuditEntry.id).limit(PROVED_AT_ONCE))
    return ChainReport(number, broken_at, tuple(late))
