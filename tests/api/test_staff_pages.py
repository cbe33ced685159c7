"""The pages of administrators.

Longer than a file should be: adding, changing and ending an account are one life, told by the same administrators.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape

import pyotp
import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from pydantic import SecretStr
from sqlalchemy import select

from api.app import create_app
from api.web import health
from content.revisions import Entry, Revision
from content.versions import raise_version
from core.db import Database
from core.settings import Settings
from staff import api_tokens, audit, codes, grants, sealing, sessions, team
from staff.accounts import StaffAccount
from staff.actors import Actor, Role
from staff.audit import AuditEntry
from tests.content.desk.test_triggers import drop_triggers
from tests.desk import Clock, add_person, approve_article, make_desk, make_services, sign_in, visitor
from tests.harness import VAULT
from tests.proofs import PASSWORD, asks, prove, set_password


@dataclass
class Office:
    app: FastAPI
    database: Database
    clock: Clock
    boss: AsyncClient
    boss_actor: Actor
    sri: Actor
    sri_token: str


@pytest.fixture
async def office(stocked: Database) -> AsyncIterator[Office]:
    clock = Clock()
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        boss = await add_person(session, "boss", Role.ADMINISTRATOR, Role.EDITOR, now=clock())
        sri = await add_person(session, "sri", Role.EDITOR, now=clock())
        boss_token = await sign_in(session, boss, now=clock())
        sri_token = await sign_in(session, sri, now=clock())
    async with visitor(app, boss_token) as browser:
        yield Office(app, stocked, clock, browser, boss, sri, sri_token)


async def test_an_invitation_is_shown_once_and_opens_the_desk(office: Office) -> None:
    answer = await office.boss.post("/staff", data={"email": "dewi@desk.test", "name": "Dewi"})
    link = re.findall(r"http://desk\.test(/invitation/[\w-]+)", answer.text)[0]
    async with visitor(office.app) as dewi:
        assert (await dewi.post(link, data={"password": "sawah di lereng gunung"})).status_code == 303
        assert (await dewi.get("/")).status_code == 200
    assert "invitation" not in (await office.boss.get("/staff?search=dewi")).text


async def test_roles_are_given_and_taken_and_count_at_once(office: Office) -> None:
    page = f"/staff/{office.sri.account_id}"
    async with visitor(office.app, office.sri_token) as sri:
        assert (await sri.get("/staff")).status_code == 403
        assert (await office.boss.post(f"{page}/roles", data={"role": "verifier", "language": "jv"})).status_code == 303
        assert "/review" in (await sri.get("/")).text
        grant = re.findall(r'name="grant_id" value="(\d+)"', (await office.boss.get(page)).text)
        for number in grant:
            await office.boss.post(f"{page}/roles/end", data={"grant_id": number})
        assert "/review" not in (await sri.get("/")).text


async def test_a_registrar_has_a_programme_a_province_or_all(office: Office) -> None:
    page = f"/staff/{office.sri.account_id}"
    [offered] = re.findall(r'(?s)<select[^>]*name="programme">(.*?)</select>', (await office.boss.get(page)).text)
    programme = re.findall(r'<option value="([a-z-]+)"', offered)[0]

    for scope in ({"programme": programme}, {"province": "52"}, {"programme": programme, "province": "52"}, {}):
        assert (await office.boss.post(f"{page}/roles", data={"role": "registrar", **scope})).status_code == 303
    async with office.database.session() as session:
        held = await grants.of_account(session, office.sri.account_id)
    scopes = [(one.programme, one.province) for one in held if one.role is Role.REGISTRAR]
    assert scopes == [(programme, None), (None, "52"), (programme, "52"), (None, None)]
    assert f"Registrar · {programme} · Nusa Tenggara Barat" in (await office.boss.get(page)).text
    listed = (await office.boss.get("/staff?search=sri")).text
    told = f"Registrar ({programme}), Registrar (Nusa Tenggara Barat), Registrar ({programme}, Nusa Tenggara Barat), "
    assert told in listed


@pytest.mark.parametrize("wrong", [{"programme": "nirvana"}, {"province": "99"}, {"programme": "52"}])
async def test_a_registrar_of_what_there_is_not_is_not_made(office: Office, wrong: dict[str, str]) -> None:
    page = f"/staff/{office.sri.account_id}"

    answer = await office.boss.post(f"{page}/roles", data={"role": "registrar", **wrong})

    assert (answer.status_code, "There is no such programme or province." in answer.text) == (422, True)
    assert f"{page}/roles/end" in answer.text
    async with office.database.session() as session:
        held = await grants.of_account(session, office.sri.account_id)
    assert Role.REGISTRAR not in {one.role for one in held}


async def test_a_verifier_needs_a_language_and_the_last_administrator_stays(office: Office) -> None:
    page = f"/staff/{office.sri.account_id}"
    assert (await office.boss.post(f"{page}/roles", data={"role": "verifier"})).status_code == 422
    mine = f"/staff/{office.boss_actor.account_id}"
    numbers = re.findall(r'name="grant_id" value="(\d+)"', (await office.boss.get(mine)).text)
    answers = [await office.boss.post(f"{mine}/roles/end", data={"grant_id": number}) for number in numbers]
    assert 422 in [answer.status_code for answer in answers]
    assert (await office.boss.post(f"{mine}/disable")).status_code == 422


async def test_an_ended_account_is_out_at_once(office: Office) -> None:
    async with visitor(office.app, office.sri_token) as sri:
        assert (await sri.get("/articles")).status_code == 200
        assert (await office.boss.post(f"/staff/{office.sri.account_id}/disable")).status_code == 303
        assert (await sri.get("/articles")).status_code == 303


async def test_what_counts_needs_a_fresh_proof(office: Office) -> None:
    office.clock.move(minutes=6)
    for path, data in (("/staff", {"email": "x@desk.test", "name": "X"}), ("/staff-policy", {"must_have_code": "yes"})):
        assert asks(await office.boss.post(path, data=data))


async def test_one_press_and_a_proof_invite_somebody(office: Office) -> None:
    await set_password(office.database, "boss")
    office.clock.move(minutes=6)
    asked = await office.boss.post("/staff", data={"email": "dewi+1@desk.test", "name": "Dewi & co", "language": "id"})

    shown = await prove(office.boss, asked)

    assert re.search(r"http://desk\.test/invitation/[\w-]+", shown.text)
    async with office.database.session() as session:
        dewi = (await session.scalars(select(StaffAccount).where(StaffAccount.email == "dewi+1@desk.test"))).one()
    assert (dewi.name, dewi.language) == ("Dewi & co", "id")


async def state_of(office: Office) -> tuple[object, ...]:
    """Return what can be done to the account of Sri: her roles, whether she may sign in, where she has."""
    async with office.database.session() as session:
        account = await session.get_one(StaffAccount, office.sri.account_id)
        held = await grants.of_account(session, account.id)
        open_ones = await sessions.of_account(session, account_id=account.id, now=office.clock())
    return held, account.disabled_at, account.password_hash, [one.id for one in open_ones]


async def test_one_press_and_a_proof_sign_somebody_out_everywhere(office: Office) -> None:
    await set_password(office.database, "boss")
    office.clock.move(minutes=6)
    page = f"/staff/{office.sri.account_id}"

    done = await prove(office.boss, await office.boss.post(f"{page}/sessions/end"))

    assert (done.status_code, done.headers["location"]) == (303, page)
    async with visitor(office.app, office.sri_token) as sri:
        assert (await sri.get("/articles")).status_code == 303


async def test_who_is_signed_out_while_she_proves_herself_comes_back_to_the_page_she_pressed_on(office: Office) -> None:
    await set_password(office.database, "boss")
    office.clock.move(minutes=6)
    page = f"/staff/{office.sri.account_id}"
    asked = await office.boss.post(f"{page}/sessions/end", headers={"referer": f"http://desk.test{page}"})
    office.clock.move(minutes=121)

    done = await prove(office.boss, asked)

    assert (done.status_code, done.headers["location"]) == (303, f"/sign-in?next={page}")


@pytest.mark.parametrize("path", ["roles", "roles/end", "link", "disable", "enable", "forget-code", "sessions/end"])
async def test_what_is_done_to_an_account_needs_a_fresh_proof(office: Office, path: str) -> None:
    page = f"/staff/{office.sri.account_id}"
    office.clock.move(minutes=6)
    data = {"role": "editor", "grant_id": str(office.sri.grants[0].id)}
    before = await state_of(office)

    asked = await office.boss.post(f"{page}/{path}", data=data)

    assert asks(asked)
    assert await state_of(office) == before


@pytest.mark.parametrize(
    ("email", "name", "field"),
    [("sri@desk.test", "Sri Dua", "email"), ("no address", "Sri Dua", "email"), ("new@desk.test", "<b>", "name")],
)
async def test_an_invitation_that_cannot_be_is_told_at_its_field_and_stays_typed(
    office: Office, email: str, name: str, field: str
) -> None:
    answer = await office.boss.post("/staff", data={"email": email, "name": name, "language": "en"})

    assert answer.status_code == 422
    assert re.findall(r'is-invalid" id="([^"]+)"', answer.text) == [field]
    assert f'value="{escape(email)}"' in answer.text
    assert f'value="{escape(name)}"' in answer.text
    assert '<option value="en" selected>' in answer.text


async def test_a_new_link_makes_password_and_sessions_void(office: Office) -> None:
    async with visitor(office.app, office.sri_token) as sri:
        answer = await office.boss.post(f"/staff/{office.sri.account_id}/link")
        assert re.search(r"http://desk\.test/invitation/[\w-]{40,}", answer.text)
        assert (await sri.get("/articles")).status_code == 303
    async with office.database.session() as session:
        assert (await session.get_one(StaffAccount, office.sri.account_id)).password_hash is None


async def test_somebody_is_signed_out_everywhere(office: Office) -> None:
    page = f"/staff/{office.sri.account_id}"
    async with visitor(office.app, office.sri_token) as sri:
        assert (await office.boss.post(f"{page}/sessions/end")).status_code == 303
        assert (await sri.get("/articles")).status_code == 303
    assert "not signed in anywhere" in (await office.boss.get(page)).text


async def test_a_lost_app_is_forgotten(office: Office) -> None:
    async with office.database.session() as session:
        account = await session.get_one(StaffAccount, office.sri.account_id)
        account.totp_secret, account.totp_step = b"sealed", 1
    page = f"/staff/{office.sri.account_id}"
    assert f"{page}/forget-code" in (await office.boss.get(page)).text

    await office.boss.post(f"{page}/forget-code")

    assert f"{page}/forget-code" not in (await office.boss.get(page)).text


async def test_the_switch_asks_codes_of_everybody_and_back(office: Office) -> None:
    for wanted in ("yes", "no"):
        assert (await office.boss.post("/staff-policy", data={"must_have_code": wanted})).status_code == 303
        async with office.database.reading_session() as session:
            assert await team.must_have_code(session) is (wanted == "yes")
    assert "Everybody chooses" in (await office.boss.get("/staff")).text


async def test_an_ended_administrator_does_not_count_as_one_who_is_left(office: Office) -> None:
    async with office.database.session() as session:
        gone = await add_person(session, "gone", Role.ADMINISTRATOR, now=office.clock())
    await office.boss.post(f"/staff/{gone.account_id}/disable")
    [mine] = [grant for grant in office.boss_actor.grants if grant.role is Role.ADMINISTRATOR]

    page = f"/staff/{office.boss_actor.account_id}/roles/end"

    assert (await office.boss.post(page, data={"grant_id": str(mine.id)})).status_code == 422
    theirs = f"/staff/{gone.account_id}/roles/end"
    assert (await office.boss.post(theirs, data={"grant_id": str(gone.grants[0].id)})).status_code == 303


async def test_a_role_is_not_taken_by_way_of_another_account(office: Office) -> None:
    page = f"/staff/{office.boss_actor.account_id}/roles/end"
    assert (await office.boss.post(page, data={"grant_id": str(office.sri.grants[0].id)})).status_code == 404


async def test_accounts_are_found_by_name_address_and_role(office: Office) -> None:
    for query, found in (("search=SRI", ["Sri"]), ("search=boss%40", ["Boss"]), ("role=administrator", ["Boss"])):
        html = (await office.boss.get(f"/staff?{query}")).text
        assert re.findall(r'<a href="/staff/[0-9a-f]{32}">([^<]+)</a>', html) == found
    assert (await office.boss.get(f"/staff/{'0' * 32}")).status_code == 404


async def test_the_log_tells_what_was_done_and_can_be_taken_away_as_a_file(office: Office) -> None:
    await office.boss.post("/staff", data={"email": "dewi@desk.test", "name": "Dewi"})
    async with office.database.session() as session:
        formula = Actor("x", "=SUM(1)", ())
        audit.record(session, by=formula, action="staff.invite", subject="staff:x", now=office.clock())
    async with office.database.session() as session:
        await sealing.seal_new(session, vault=VAULT)

    shown = (await office.boss.get("/audit?action=staff.invite")).text
    assert "staff.invite" in shown
    assert "role.give" not in shown.split("<tbody>")[1]
    file = await office.boss.post("/audit.csv?action=staff.invite")
    assert file.headers["content-type"].startswith("text/csv")
    assert len(file.text.splitlines()) == 3
    assert ",'=SUM(1)," in file.text, "no cell is a formula"
    assert "audit.export" in (await office.boss.get("/audit")).text
    assert (await office.boss.get("/audit?since=2099-01-01")).text.count("<tr><td data-label") == 0


async def test_health_tells_what_is_wrong(office: Office) -> None:
    page = (await office.boss.get("/health")).text
    assert "One unbroken chain." in page
    async with visitor(office.app, office.sri_token) as sri:
        assert (await sri.get("/health")).status_code == 403


async def test_health_tells_settings_and_versions_and_no_secret(database: Database) -> None:
    clock = Clock()
    token, key = "1000001:AAbekal_test_token_0123456789abcdefgh", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    settings = Settings(
        telegram_token=SecretStr(token), data_key=SecretStr(key), show_unverified=True,
        database_url="postgresql://bekal:hunter2@db.test/bekal", telegram_api_url="https://me:hunter3@api.test",
    )  # fmt: skip
    app = create_app(replace(make_services(database, clock), settings=settings))
    async with database.session() as session:
        boss = await add_person(session, "boss", Role.ADMINISTRATOR, now=clock())
        signed_in = await sign_in(session, boss, now=clock())
    async with visitor(app, signed_in) as browser:
        html = (await browser.get("/health")).text

    assert re.search(r"BEKAL_TELEGRAM_TOKEN</code></th><td>set<", html)
    assert re.search(r"BEKAL_WEBHOOK_SECRET</code></th><td>not set<", html)
    assert "https://api.test" in html
    assert re.search(r"BEKAL_SHOW_UNVERIFIED</code></th><td>yes<", html)
    for secret in (token, token.partition(":")[2], key, "hunter2", "hunter3"):
        assert secret not in html
    assert f"<dt>{'SQLite' if database.is_sqlite else 'PostgreSQL'}</dt>" in html


async def test_health_counts_what_readers_do_not_get_until_it_is_verified(office: Office) -> None:
    html = (await office.boss.get("/health")).text
    assert "Articles hidden because nobody has verified them</th><td>16 of 16<" in html

    await approve_article(office.database, "passport-held", now=office.clock())

    assert "<td>15 of 16<" in (await office.boss.get("/health")).text


async def test_health_tells_of_a_text_that_was_altered_in_the_database(office: Office) -> None:
    await drop_triggers(office.database)
    async with office.database.session() as session:
        live = select(Revision).join(Entry, Entry.id == Revision.entry_id)
        live = live.where(Entry.slug == "passport-held", Revision.language == "id")
        (await session.scalars(live)).one().title = "Palsu"
        await raise_version(session)

    assert re.search(r"altered in the database and are not shown</th><td>1<", (await office.boss.get("/health")).text)


async def test_one_press_and_a_proof_make_a_token_with_what_was_chosen(office: Office) -> None:
    await set_password(office.database, "boss")
    office.clock.move(minutes=6)
    typed = {"name": "Laporan bulanan", "scopes": ["administrator", "editor"], "days": "30"}

    shown = await prove(office.boss, await office.boss.post("/account/tokens", data=typed))

    assert shown.status_code == 200
    async with office.database.session() as session:
        [made] = await api_tokens.of_account(session, office.boss_actor.account_id)
    assert (made.name, sorted(made.scopes)) == ("Laporan bulanan", ["administrator", "editor"])
    assert made.expires_at == office.clock() + timedelta(days=30)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"days": "9999"}, "Give the token a name, and an end at most one year from now."),
        ({"scopes": []}, "Choose one or more of your own roles for the token."),
        ({"exports_names": "yes"}, "Only a token for a registrar can export names: choose that role, too."),
    ],
)
async def test_a_token_that_cannot_be_is_told_with_what_was_typed(
    office: Office, changed: dict[str, str | list[str]], said: str
) -> None:
    typed = {"name": "Laporan <bulanan>", "scopes": ["administrator"], "days": "30"} | changed

    refused = await office.boss.post("/account/tokens", data=typed)

    assert (refused.status_code, said in refused.text) == (422, True)
    assert 'value="Laporan &lt;bulanan&gt;"' in refused.text
    assert f'value="{typed["days"]}"' in refused.text
    assert ('value="administrator" checked' in refused.text) == bool(typed["scopes"])


@pytest.mark.parametrize("attempts", [1, 11])
async def test_a_wrong_password_loses_nothing_that_was_sent_and_does_nothing(office: Office, attempts: int) -> None:
    await set_password(office.database, "boss")
    office.clock.move(minutes=6)
    office.boss.headers["referer"] = "http://desk.test/staff?search=d"
    answer = await office.boss.post("/staff", data={"email": "dewi@desk.test", "name": "Dewi\r\n<co>"})

    for _ in range(attempts):
        answer = await prove(office.boss, answer, "salah sekali ini")

    told = "This is not your password" if attempts == 1 else "Too many tries"
    assert told in answer.text
    assert "salah sekali ini" not in answer.text
    assert 'name="email" value="dewi@desk.test"' in answer.text
    assert 'name="name" value="Dewi\r\n&lt;co&gt;"' in answer.text
    assert 'href="/staff?search=d"' in answer.text, "the page that the form stands on, not the form's own address"
    assert answer.headers["cache-control"] == "no-store"
    async with office.database.session() as session:
        assert await session.scalar(select(StaffAccount.id).where(StaffAccount.email == "dewi@desk.test")) is None
    office.clock.move(minutes=16)
    name = await prove(office.boss, answer)
    assert name.status_code == 422, "a name of two lines is none, and the field says so"
    assert "Dewi" in name.text


async def test_the_proof_leaves_no_trace(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    await set_password(office.database, "boss")
    office.clock.move(minutes=6)
    asked = await office.boss.post("/staff", data={"email": "dewi@desk.test", "name": "Dewi"})

    shown = await prove(office.boss, await prove(office.boss, asked, "salah sekali ini"))
    again = await prove(office.boss, asked)

    assert again.status_code == 422, "sent twice: she is invited already"
    assert all(PASSWORD not in text and "salah sekali" not in text for text in (shown.text, again.text, caplog.text))
    async with office.database.session() as session:
        rows = list(await session.scalars(select(AuditEntry)))
        assert [row.action for row in rows].count("staff.invite") == 1
        assert all(PASSWORD not in str(vars(row)) and "proof" not in str(vars(row)) for row in rows)


async def test_a_code_proves_where_an_app_gives_them(office: Office) -> None:
    secret, long_ago = codes.new_secret(), office.clock() - timedelta(minutes=5)
    async with office.database.session() as session:
        account = await session.get_one(StaffAccount, office.boss_actor.account_id)
        code = pyotp.TOTP(secret).at(long_ago)
        await codes.enrol(session, account=account, secret=secret, code=code, vault=VAULT, now=long_ago)
    office.clock.move(minutes=6)
    asked = await office.boss.post("/staff-policy", data={"must_have_code": "yes"})

    refused = await prove(office.boss, asked, "000000")
    assert asks(refused)
    done = await prove(office.boss, refused, pyotp.TOTP(secret).at(office.clock()))
    again = await prove(office.boss, asked, pyotp.TOTP(secret).at(office.clock()))

    assert [done.status_code, again.status_code] == [303, 303], "a second press tells of no code that was used up"
    async with office.database.session() as session:
        assert await team.must_have_code(session)


async def test_a_wrong_proof_where_none_is_asked_for_breaks_nothing(office: Office) -> None:
    office.clock.move(minutes=6)
    for path in ("/no-such-page", "/articles"):
        answer = await office.boss.post(path, data={"proof_given": "x", "slug": "y"})
        assert answer.status_code in {403, 404}, path


async def test_a_long_chain_is_proved_where_that_is_asked_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office.database.session() as session:
        audit.record(session, by=office.sri, action="text.save", subject="article:a", now=office.clock())
        await session.flush()
        await sealing.seal_new(session, vault=VAULT)
    monkeypatch.setattr(health, "PROVED_UNASKED", 0)

    html = (await office.boss.get("/health")).text

    assert "One unbroken chain." not in html
    assert "The audit log has 1 sealed entry." in html
    assert "One unbroken chain." in (await office.boss.get(re.findall(r'href="(/health\?[^"]+)"', html)[0])).text
