"""`./bekal doctor`: what an operator should know, each with what to do about it."""

from dataclasses import dataclass

from content.catalogue import Catalogue, load_catalogue
from content.seals import Seals
from core import restoring
from core.clock import utc_now
from core.crypto import Vault
from core.db import Database, DatabaseAway
from core.settings import Settings
from registrations import removing, scopes
from staff import sealing

ALTERED = (
    "{count} live texts were altered in the database and are not shown: find out who did it, "
    "then retract and approve them anew at the desk."
)
FORGED = (
    "{count} live texts have approvals that Bekal did not make; they count for nothing, but the desk's lists may call "
    "such a text verified: find out who wrote into the database, and restore the last backup from before."
)

WAITING = (
    "{count} entries of the audit log wait for their seal for more than 10 s (number {numbers}): is Bekal running? "
    "If it is, look into its log; entries that nobody seals can still be taken away."
)
KEPT_TOO_LONG = (
    "{count} registrations should have been removed days ago, and were not: start `serve` or `poll`, which does so "
    "every hour, and look into its log."
)

UNSEEN = (
    "{count} registrations wait, and nobody of the staff sees them: give somebody the role Registrar for their "
    "programmes and provinces."
)

NAMED = 20  # of the entries that wait: more of them say no more


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. What is not well tells how to mend it."""

    is_well: bool
    what: str

    def __str__(self) -> str:
        return f"{'ok     ' if self.is_well else 'look   '}{self.what}"


async def findings(settings: Settings, database: Database, vault: Vault) -> list[Finding]:
    """Look at key, database, content and the audit log."""
    found = [_key(settings)]
    if unfinished := restoring.unfinished(settings.data_dir):
        return [*found, Finding(False, unfinished)]
    try:
        hidden = await what_is_hidden(settings, database, Seals(vault))
        chain = await _audit_chain(database, vault)
        held = [*await _kept_too_long(database), *await _unseen(database)]
    except DatabaseAway as error:
        return [*found, Finding(False, f"The database cannot be used ({error}): check BEKAL_DATABASE_URL.")]
    found.append(Finding(True, "The database answers."))
    return [*found, *(hidden or [Finding(True, "Every live text is shown.")]), *held, *chain]


def _key(settings: Settings) -> Finding:
    if settings.data_key is not None:
        return Finding(True, "The data key comes from BEKAL_DATA_KEY.")
    beside = settings.data_dir / "data.key"
    return Finding(
        False,
        f"The data key lies beside the data ({beside}): whoever copies the folder can read all. "
        "Move it to BEKAL_DATA_KEY.",
    )


async def what_is_hidden(settings: Settings, database: Database, seals: Seals) -> list[Finding]:
    """Tell what readers do not see and why: texts that were altered, and those that nobody has verified."""
    shows_all = bool(settings.show_unverified)
    async with database.reading() as connection:
        shown = await load_catalogue(connection, today=utc_now().date(), show_unverified=shows_all, seals=seals)
    told = ((ALTERED, shown.shelf.altered), (FORGED, shown.shelf.forged))
    alarms = [Finding(False, what.format(count=len(texts))) for what, texts in told if texts]
    return alarms + _not_verified(shown)


async def _kept_too_long(database: Database) -> list[Finding]:
    """Tell how many registrations should have been removed days ago."""
    async with database.reading_session() as session:
        late = await removing.count_late(session, now=utc_now())
    return [Finding(False, KEPT_TOO_LONG.format(count=late))] if late else []


async def _unseen(database: Database) -> list[Finding]:
    """Tell how many registrations wait for a registrar where there is none."""
    async with database.reading_session() as session:
        count = await scopes.count_unseen(session)
    return [Finding(False, UNSEEN.format(count=count))] if count else []


def _not_verified(shown: Catalogue) -> list[Finding]:
    if not shown.is_any_hidden:
        return []
    every = shown.hidden_count + len(shown.articles)
    sentence = (
        f"{shown.hidden_count} of {every} articles are not verified yet and not shown: "
        "BEKAL_SHOW_UNVERIFIED=yes shows them, marked."
    )
    return [Finding(False, sentence)]


async def _audit_chain(database: Database, vault: Vault) -> list[Finding]:
    """Prove the chain of the audit log, and name entries that wait too long for their seal."""
    async with database.reading_session() as session:
        report = await sealing.prove(session, vault=vault, now=utc_now())
    if report.broken_at is not None:
        what = f"The audit log was altered at entry {report.broken_at}: keep a copy of the database and find out how."
        return [Finding(False, what)]
    if report.late:
        return [Finding(False, WAITING.format(count=len(report.late), numbers=_named(report.late)))]
    return [Finding(True, f"The audit log holds: {report.sealed} entries, one chain.")]


def _named(entries: tuple[int, ...]) -> str:
    """Return the numbers of entries in words, the first ones if they are many."""
    first, more = ", ".join(map(str, entries[:NAMED])), len(entries) - NAMED
    return f"{first} and {more} more" if more > 0 else first
