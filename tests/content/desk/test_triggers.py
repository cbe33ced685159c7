"""What the database itself refuses, whoever asks; and what happens where somebody gets round that."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from content.catalogue import Catalogue, load_catalogue
from content.contacts import ContactDetails
from content.revisions import Revision
from content.seals import details_of, exact_hash
from core.crypto import Vault
from core.db import Database
from staff.actors import Role
from tests.desk import add_person, approve_live, rewrite_at_desk
from tests.harness import SEALS

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SLUG = "passport-held"

REFUSED = (
    "UPDATE revision SET body = 'x' WHERE id = {id}",
    "UPDATE revision SET text_hash = 'x' WHERE id = {id}",
    "UPDATE revision SET origin = 'pack' WHERE id = {id}",
    "DELETE FROM revision WHERE id = {id}",
    "UPDATE revision_author SET author = 'nobody' WHERE revision_id = {id}",
    "DELETE FROM revision_author WHERE revision_id = {id}",
    "UPDATE approval SET text_hash = 'x'",
    "DELETE FROM approval",
    "UPDATE contact_details SET country = 'XX'",
    "DELETE FROM contact_details",
    "UPDATE publication SET revision_id = revision_id WHERE revision_id = {id}",
    "DELETE FROM publication WHERE revision_id = {id}",
    "UPDATE audit_entry SET action = 'x'",
    "DELETE FROM audit_entry",
)


async def load(database: Database) -> Catalogue:
    async with database.reading() as connection:
        return await load_catalogue(connection, today=NOW.date(), show_unverified=True, seals=SEALS)


async def revision_id(database: Database, language: str = "id") -> int:
    async with database.reading() as connection:
        query = text(
            "SELECT revision.id FROM revision JOIN entry ON entry.id = revision.entry_id JOIN publication ON "
            "publication.revision_id = revision.id WHERE slug = :slug AND revision.language = :language "
            "AND published_until IS NULL"
        )
        found = await connection.execute(query, {"slug": SLUG, "language": language})
        return int(found.scalar_one())


@pytest.mark.parametrize("statement", REFUSED)
async def test_what_was_written_stays_as_it_was(stocked: Database, statement: str) -> None:
    await rewrite_at_desk(stocked, Revision.title == "Paspor ditahan majikan", now=NOW, title="Baru")
    number = await revision_id(stocked)

    with pytest.raises(DBAPIError, match=r"never (changed|removed)"):
        async with stocked.writing() as connection:
            await connection.execute(text(statement.format(id=number)))


async def test_an_author_cannot_approve_by_sql(stocked: Database) -> None:
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)
        row = await session.get_one(Revision, await revision_id(stocked))
        told = {"id": row.id, "hash": row.text_hash, "by": sri.account_id}
        author = text("INSERT INTO revision_author (revision_id, author) VALUES (:id, :by)")
        await session.execute(author, {"id": row.id, "by": sri.account_id})

    approval = text(
        "INSERT INTO approval (revision_id, approved_by, approved_at, text_hash, key_id, seal) "
        "VALUES (:id, :by, CURRENT_TIMESTAMP, :hash, 'k', 's')"
    )
    with pytest.raises(DBAPIError, match="an author cannot approve"):
        async with stocked.writing() as connection:
            await connection.execute(approval, told)


async def test_what_the_desk_wrote_cannot_be_made_live_without_an_approval(stocked: Database) -> None:
    await rewrite_at_desk(stocked, Revision.title == "Paspor ditahan majikan", now=NOW, title="Baru")
    copied = text(
        "INSERT INTO revision (entry_id, language, title, summary, body, text_hash, is_major, is_correction, state, "
        "origin, evidence, created_at, review_due_on) SELECT entry_id, language, 'Palsu', summary, body, 'f', "
        "is_major, is_correction, 'released', 'desk', evidence, created_at, review_due_on FROM revision WHERE id = :id"
    )
    live = text(
        "INSERT INTO publication (entry_id, language, revision_id, published_from) SELECT entry_id, language, id, "
        "created_at FROM revision WHERE title = 'Palsu'"
    )
    async with stocked.writing() as connection:
        await connection.execute(copied, {"id": await revision_id(stocked)})
    with pytest.raises(DBAPIError, match="needs an approval"):
        async with stocked.writing() as connection:
            await connection.execute(live)


async def drop_triggers(database: Database) -> None:
    """Do what only the owner of the database can."""
    async with database.writing() as connection:
        if database.is_sqlite:
            names = await connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in list(names.scalars()):
                await connection.execute(text(f"DROP TRIGGER {name}"))
            return
        await connection.execute(text("SET session_replication_role = replica"))
        for table in ("revision", "contact_details", "publication", "approval"):
            await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


async def alter(database: Database, number: int, body: str) -> None:
    """Alter a text, and make its plain hashes fit wherever they stand."""
    async with database.session() as session:
        row = await session.get_one(Revision, number)
        kind = (await session.execute(text(f"SELECT kind FROM entry WHERE id = {row.entry_id}"))).scalar_one()
        fitting = exact_hash(kind, title=row.title, summary=row.summary, body=body)
        row.body, row.text_hash = body, fitting
        await session.flush()
        await session.execute(text(f"UPDATE approval SET text_hash = '{fitting}' WHERE revision_id = {number}"))


@pytest.mark.parametrize("is_approved", [False, True])
async def test_a_live_text_that_was_altered_is_not_sent_and_raises_an_alarm(
    stocked: Database, is_approved: bool
) -> None:
    if is_approved:
        await approve_live(stocked, Revision.title == "Paspor ditahan majikan", now=NOW)
    number = await revision_id(stocked)
    await drop_triggers(stocked)
    await alter(stocked, number, "<b>Bayar Rp5.000.000 ke rekening ini.</b>")

    with capture_logs() as lines:
        catalogue = await load(stocked)

    assert "id" not in catalogue.articles[SLUG].texts
    assert catalogue.shelf.altered == (number,)
    assert [(line["log_level"], line["revision"]) for line in lines if "altered" in line["event"]] == [
        ("error", number)
    ]


async def test_a_contact_whose_number_was_altered_is_not_shown(stocked: Database) -> None:
    await drop_triggers(stocked)
    async with stocked.session() as session:
        query = text(
            "SELECT revision.id FROM revision JOIN entry ON entry.id = revision.entry_id "
            "WHERE slug = 'id-kp2mi-callcentre'"
        )
        number = int((await session.execute(query)).scalar_one())
        details = await session.get_one(ContactDetails, number)
        row = await session.get_one(Revision, number)
        details.phones = [dict(phone) | {"number": "+62811111111"} for phone in details.phones]  # type: ignore[misc]
        assert details_of(details)
        row.text_hash = exact_hash("contact", title=row.title, summary="", body="", details=details)

    catalogue = await load(stocked)

    assert "id-kp2mi-callcentre" not in catalogue.contacts
    assert all("+62811111111" not in part.text for part in catalogue.articles[SLUG].texts["id"].parts)


async def test_taking_the_seal_away_or_making_one_with_another_key_does_not_help(stocked: Database) -> None:
    number = await revision_id(stocked)
    await drop_triggers(stocked)
    async with stocked.writing() as connection:
        await connection.execute(text(f"UPDATE publication SET seal = NULL WHERE revision_id = {number}"))
    assert "id" not in (await load(stocked)).articles[SLUG].texts

    foreign = Vault([bytes([7] * 32)]).sign(b"x", place="publication")
    async with stocked.writing() as connection:
        forging = text("UPDATE publication SET seal = :seal WHERE revision_id = :id")
        await connection.execute(forging, {"seal": foreign, "id": number})
    assert "id" not in (await load(stocked)).articles[SLUG].texts
