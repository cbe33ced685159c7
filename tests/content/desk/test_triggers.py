"""What the database itself refuses, whoever asks; and what happens where somebody gets round that.

Longer than a file should be: every table with a trigger is tried by every statement, by one set of helpers.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from api.doctor import what_is_hidden
from content.bodies import references_in
from content.catalogue import Catalogue, load_catalogue
from content.contacts import ContactDetails
from content.desk import approving, checking, drafting, going_live, reading
from content.desk.rules import Altered, OwnText
from content.revisions import EntryKind, Revision
from content.seals import details_of, exact_hash
from core.crypto import Vault
from core.db import Database
from core.settings import Settings
from staff.actors import Role
from tests.content.desk.test_two_people import write
from tests.desk import add_person, approve_live, find_or_add, rewrite_at_desk
from tests.harness import SEALS

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SLUG = "passport-held"

REFUSED = (
    "UPDATE revision SET body = 'x' WHERE id = {id}",
    "UPDATE revision SET text_hash = 'x' WHERE id = {id}",
    "UPDATE revision SET origin = 'pack' WHERE id = {id}",
    "UPDATE revision SET language = 'en' WHERE id = {id}",
    "UPDATE revision SET review_due_on = '2099-01-01' WHERE id = {id}",
    "UPDATE revision SET id = 99999 WHERE id = {id}",
    "DELETE FROM revision WHERE id = {id}",
    "UPDATE revision_author SET author = 'nobody' WHERE revision_id = {id}",
    "DELETE FROM revision_author WHERE revision_id = {id}",
    "UPDATE approval SET text_hash = 'x'",
    "DELETE FROM approval",
    "UPDATE contact_details SET country = 'XX'",
    "DELETE FROM contact_details",
    "UPDATE publication SET revision_id = revision_id WHERE revision_id = {id}",
    "UPDATE publication SET seal = NULL WHERE revision_id = {id}",
    "UPDATE publication SET published_until = NULL WHERE published_until IS NOT NULL",
    "UPDATE publication SET end_reason = 'x' WHERE published_until IS NOT NULL",
    "DELETE FROM publication WHERE revision_id = {id}",
    "UPDATE revision_source SET position = 7 WHERE revision_id = {id}",
    "DELETE FROM revision_source WHERE revision_id = {id}",
    "UPDATE revision_check SET checked_on = '2099-01-01'",
    "DELETE FROM revision_check",
    "UPDATE audit_entry SET action = 'x'",
    "DELETE FROM audit_entry",
)
# How SQLite lets a row take another one's place, and PostgreSQL empty a table, without deleting anything by name.
REPLACED = (
    "INSERT OR REPLACE INTO revision SELECT * FROM revision WHERE id = {id}",
    "INSERT OR REPLACE INTO revision_author SELECT * FROM revision_author WHERE revision_id = {id}",
    "INSERT OR REPLACE INTO approval SELECT * FROM approval",
    "INSERT OR REPLACE INTO contact_details SELECT * FROM contact_details",
    "INSERT OR REPLACE INTO revision_source SELECT * FROM revision_source",
    "INSERT OR REPLACE INTO revision_check SELECT * FROM revision_check",
    "INSERT OR REPLACE INTO publication SELECT * FROM publication WHERE revision_id = {id}",
    "INSERT OR REPLACE INTO publication (entry_id, language, revision_id, published_from) SELECT entry_id, language, "
    "revision_id, published_from FROM publication WHERE revision_id = {id}",
    "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
)
EMPTIED = (
    "approval", "audit_entry", "contact_details", "publication", "revision", "revision_author", "revision_check",
    "revision_source",
)  # fmt: skip


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


async def work_at_desk(database: Database) -> int:
    """Leave a row in every table that is only added to; return the live revision."""
    await rewrite_at_desk(database, Revision.title == "Paspor ditahan majikan", now=NOW, title="Baru")
    number = await revision_id(database)
    async with database.session() as session:
        sri = await find_or_add(session, "editor", Role.EDITOR, now=NOW)
        await checking.confirm(
            session, kind=EntryKind.ARTICLE, slug=SLUG, language="id", revision_id=number, by=sri, now=NOW
        )
    return number


async def refuses(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"never (changed|removed)"):
        async with database.writing() as connection:
            await connection.execute(text(statement))


@pytest.mark.parametrize("statement", REFUSED)
async def test_what_was_written_stays_as_it_was(stocked: Database, statement: str) -> None:
    number = await work_at_desk(stocked)

    await refuses(stocked, statement.format(id=number))


async def test_no_row_takes_the_place_of_another_and_no_table_is_emptied(stocked: Database) -> None:
    number = await work_at_desk(stocked)

    if stocked.is_sqlite:
        for statement in REPLACED:
            await refuses(stocked, statement.format(id=number))
    else:
        for table in EMPTIED:
            await refuses(stocked, f"TRUNCATE {table} CASCADE")


async def test_what_was_retracted_is_not_made_live_again_by_sql(stocked: Database) -> None:
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)
        await going_live.retract(
            session, kind=EntryKind.ARTICLE, slug=SLUG, language="id", reason="salah", by=sri, now=NOW
        )

    await refuses(stocked, "UPDATE publication SET published_until = NULL WHERE end_reason = 'salah'")


async def test_what_was_retracted_is_not_made_live_again_by_a_moment_that_was_put_in(stocked: Database) -> None:
    await rewrite_at_desk(stocked, Revision.title == "Paspor ditahan majikan", now=NOW, title="Baru")
    number = await revision_id(stocked)
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)
        await going_live.retract(
            session, kind=EntryKind.ARTICLE, slug=SLUG, language="id", reason="salah", by=sri, now=NOW
        )
        due = text(
            "INSERT INTO scheduled_change (entry_id, language, revision_id, is_end, due_at, made_by) "
            "SELECT entry_id, language, id, FALSE, created_at, 'nobody' FROM revision WHERE id = :id"
        )
        await session.execute(due, {"id": number})
        await going_live.carry_out_due(session, seals=SEALS, now=NOW)

    assert SLUG not in (await load(stocked)).articles


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
    async with stocked.writing() as connection:
        ending = "UPDATE publication SET published_until = CURRENT_TIMESTAMP WHERE published_until IS NULL"
        await connection.execute(text(ending))
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
        for table in ("revision", "revision_author", "contact_details", "publication", "approval"):
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


async def test_the_doctor_tells_of_a_live_text_that_was_altered(stocked: Database) -> None:
    await drop_triggers(stocked)
    await alter(stocked, await revision_id(stocked), "<b>Bayar Rp5.000.000 ke rekening ini.</b>")

    found = await what_is_hidden(Settings(show_unverified=True), stocked, SEALS)

    assert [(finding.is_well, finding.what.partition(" ")[0]) for finding in found] == [(False, "1")]
    assert "altered in the database" in found[0].what


async def test_instead_of_a_value_that_was_altered_stands_whom_to_ask(stocked: Database) -> None:
    before = await load(stocked)
    article = next(
        row for (kind, _), rows in before.shelf.revisions.items() for row in rows.values()
        if kind == EntryKind.ARTICLE and row.language == "id" and "{{fact:" in row.body
    )  # fmt: skip
    reference = next(found for found in references_in(article.body) if found.kind == EntryKind.FACT)
    values = before.shelf.revisions[reference.kind, reference.slug]
    await drop_triggers(stocked)
    for row in values.values():
        await alter(stocked, row.id, "Rp77.777.777")

    after = await load(stocked)

    assert set(after.shelf.altered) == {row.id for row in values.values()}
    shown = after.shelf.markup(reference, "id")
    assert "KP2MI" in shown
    text_shown = "\n".join(part.text for part in after.articles[article.slug].texts["id"].parts)
    assert shown in text_shown
    assert "77.777.777" not in text_shown


@pytest.mark.parametrize("what", ["text", "contact"])
async def test_an_approval_that_was_forged_makes_nothing_live_when_its_moment_comes(
    stocked: Database, what: str
) -> None:
    """The job that carries out what is due bears the key: it must not seal what no person approved."""
    kind, slug, language = ("article", SLUG, "id") if what == "text" else ("contact", "id-kp2mi-callcentre", "mul")
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)
        entry = await reading.entry(session, EntryKind(kind), slug)
        newest = await reading.newest(session, entry_id=entry.id, language=language)
        assert newest
        exact = replace(await reading.exact(session, entry, newest), title="Palsu")
        forged = await drafting.save(
            session, entry=entry, language=language, exact=exact, base_id=newest.id, by=sri, now=NOW,
            source_ids=await reading.source_ids(session, newest.id),
        )  # fmt: skip
        told = {"id": forged.id, "entry": entry.id, "hash": forged.text_hash, "language": language}
        for statement in (
            "UPDATE revision SET state = 'released' WHERE id = :id",
            "INSERT INTO approval (revision_id, approved_by, approved_at, text_hash, key_id, seal) "
            "VALUES (:id, 'nobody', CURRENT_TIMESTAMP, :hash, 'k', 'k:s')",
            "INSERT INTO scheduled_change (entry_id, language, revision_id, is_end, due_at, made_by) "
            "VALUES (:entry, :language, :id, FALSE, CURRENT_TIMESTAMP, 'nobody')",
        ):
            names = {name for name in told if f":{name}" in statement}
            await session.execute(text(statement), {name: told[name] for name in names})
    async with stocked.session() as session:
        assert await going_live.carry_out_due(session, seals=SEALS, now=datetime(2099, 1, 1, tzinfo=UTC)) == 1
        live = await reading.live(session, entry_id=entry.id, language=language)

    assert live is not None
    assert live.id == newest.id


async def test_a_forged_approval_washes_no_author_away_and_raises_an_alarm(stocked: Database) -> None:
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, Role.VERIFIER, now=NOW)
        budi = await add_person(session, "budi", Role.EDITOR, now=NOW)
        entry = await reading.entry(session, EntryKind.ARTICLE, SLUG)
        first = await write(session, sri, title="Baru")
        forging = text(
            "INSERT INTO approval (revision_id, approved_by, approved_at, text_hash, key_id, seal) "
            "VALUES (:id, 'nobody', CURRENT_TIMESTAMP, :hash, 'k', 'k:s')"
        )
        await session.execute(forging, {"id": first.id, "hash": first.text_hash})
        second = await write(session, budi, title="Baru.")
        assert sri.account_id not in await reading.authors(session, second.id), "as the tables tell it"
        await drafting.submit(session, revision_id=second.id, by=budi, now=NOW)
        with pytest.raises(OwnText):
            await approving.approve(
                session, revision_id=second.id, text_hash=second.text_hash, by=sri, now=NOW, seals=SEALS
            )
        live = await reading.live(session, entry_id=entry.id, language="id")
        assert live
        await session.execute(forging, {"id": live.id, "hash": live.text_hash})

    with capture_logs() as lines:
        catalogue = await load(stocked)

    assert catalogue.articles[SLUG].texts["id"].provenance.approved_on is None
    assert [line["revision"] for line in lines if "not ours" in line["event"]] == [live.id]


@pytest.mark.parametrize("altering", ["no authors", "its seal"])
async def test_nobody_approves_what_the_database_itself_does_not_prove(stocked: Database, altering: str) -> None:
    number = await revision_id(stocked)
    await drop_triggers(stocked)
    statement = {
        "no authors": f"DELETE FROM revision_author WHERE revision_id = {number}",
        "its seal": f"UPDATE publication SET seal = 'k:s' WHERE revision_id = {number}",
    }[altering]
    async with stocked.writing() as connection:
        await connection.execute(text(statement))
    async with stocked.session() as session:
        ani = await add_person(session, "ani", Role.VERIFIER, now=NOW)
        row = await session.get_one(Revision, number)
        with pytest.raises(Altered):
            await approving.approve(session, revision_id=number, text_hash=row.text_hash, by=ani, now=NOW, seals=SEALS)


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


async def run(database: Database, statement: str, **values: object) -> None:
    async with database.session() as session:
        await session.execute(text(statement), values)


async def test_the_seal_of_what_was_retracted_makes_nothing_live_again(stocked: Database) -> None:
    live = (await load(stocked)).shelf.revisions["article", SLUG]["id"]
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)
        told: dict[str, Any] = {"kind": EntryKind.ARTICLE, "slug": SLUG, "language": "id", "by": sri, "now": NOW}
        await going_live.retract(session, **told, reason="salah")
    again = (
        "INSERT INTO publication (entry_id, language, revision_id, published_from, seal) "
        "SELECT entry_id, language, revision_id, {since}, {seal} FROM publication WHERE revision_id = :id"
    )
    with pytest.raises(DBAPIError):
        await run(stocked, again.format(since="published_from", seal="seal"), id=live.id)
    await run(stocked, again.format(since="CURRENT_TIMESTAMP", seal="NULL"), id=live.id)

    assert live.id in (await load(stocked)).shelf.altered
    assert "id" not in (await load(stocked)).shelf.revisions.get(("article", SLUG), {})


async def test_a_value_under_another_values_name_is_not_shown(stocked: Database) -> None:
    statement = "UPDATE entry SET slug = 'not-this-one' WHERE kind = 'fact' AND slug = 'ae-wage-claim-time'"
    with pytest.raises(DBAPIError):
        async with stocked.session() as session:
            await session.execute(text(statement))
    await drop_triggers(stocked)
    async with stocked.session() as session:
        await session.execute(text(statement))

    shelf = (await load(stocked)).shelf

    assert ("fact", "not-this-one") not in shelf.revisions
    assert shelf.altered


async def test_an_approval_that_is_not_ours_is_told(stocked: Database) -> None:
    live = (await load(stocked)).shelf.revisions["article", SLUG]["id"]
    async with stocked.session() as session:
        forge = (
            "INSERT INTO approval (revision_id, approved_by, approved_at, text_hash, key_id, seal) "
            "SELECT id, 'nobody', CURRENT_TIMESTAMP, text_hash, 'k', 'k:s' FROM revision WHERE id = :id"
        )
        await session.execute(text(forge), {"id": live.id})

    shelf = (await load(stocked)).shelf

    assert shelf.forged == (live.id,)
    assert shelf.revisions["article", SLUG]["id"].approved_on is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_entry_of_the_log_makes_room_for_another(stocked: Database) -> None:
    async with stocked.session() as session:
        columns = "(id, at, actor_id, actor_name, action, subject, details, sealed_number, seal)"
        for number, sealed in ((901, 77), (902, None)):
            row = {"id": number, "number": sealed}
            values = "(:id, CURRENT_TIMESTAMP, 'x', 'X', 'text.save', 'x', '{}', :number, NULL)"
            await session.execute(text(f"INSERT INTO audit_entry {columns} VALUES {values}"), row)
    with pytest.raises(DBAPIError):
        async with stocked.session() as session:
            await session.execute(text("UPDATE OR REPLACE audit_entry SET sealed_number = 77 WHERE id = 902"))
