"""What the desk's pages say in words: no code of ours, no answer of the framework."""

import re
from collections.abc import AsyncIterator

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select

from content.desk import reading
from content.revisions import Entry, EntryKind, Revision
from core.db import Database
from staff.actors import Role
from tests.desk import Clock, add_person, make_desk, sign_in, visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is said is asked of none


@pytest.fixture
async def sri(stocked: Database) -> AsyncIterator[AsyncClient]:
    """A browser of somebody who writes, reads and administers."""
    clock = Clock()
    async with stocked.session() as session:
        actor = await add_person(session, "sri", Role.EDITOR, Role.VERIFIER, Role.ADMINISTRATOR, now=clock())
        token = await sign_in(session, actor, now=clock())
    async with visitor(make_desk(stocked, clock), token) as browser:
        yield browser


async def test_an_address_that_is_none_shows_a_page_in_the_visitors_language(sri: AsyncClient) -> None:
    answer = await sri.get("/nowhere", headers={"accept-language": "id"})
    assert (answer.status_code, "There is nothing here (any more)." in answer.text) == (404, True), "her account's"
    answer = await sri.get("/sign-out")
    assert (answer.status_code, answer.headers["allow"], "<h1>" in answer.text) == (405, "POST", True)
    sri.cookies.clear()

    answer = await sri.get("/nowhere", headers={"accept-language": "id"})

    assert (answer.status_code, "Tidak ada apa-apa di sini" in answer.text) == (404, True)
    assert (await sri.get("/v1/nowhere")).json()["code"] == "not-there"


async def test_the_list_of_articles_shows_the_titles_of_topics(sri: AsyncClient) -> None:
    page = (await sri.get("/articles")).text
    [offered] = re.findall(r'(?s)<select class="form-select" name="topic">(.*?)</select>', page)
    titles = re.findall(r'<option value="([a-z-]+)">([^<]+)</option>', offered)

    shown = set(re.findall(r"<td[^>]*>([^<]+)</td>", page)) & {title for _slug, title in titles}

    assert shown
    assert not re.search("|".join(f"<td[^>]*>{slug}</td>" for slug, _title in titles), page)


async def test_the_reading_lane_says_what_it_shows(sri: AsyncClient, stocked: Database) -> None:
    async with stocked.session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, "passport-held")
        article = await reading.live(session, entry_id=entry.id, language="id")
        assert article
        fact = (await session.scalars(select(Revision.id).join(Entry).where(Entry.kind == EntryKind.FACT))).first()

    assert "Article · passport-held" in (await sri.get(f"/review/{article.id}")).text
    assert re.search(r">Fact · [a-z]", (await sri.get(f"/review/{fact}")).text)


async def test_an_account_names_roles_and_browsers_as_people_do(sri: AsyncClient) -> None:
    page = (await sri.get("/account")).text

    assert "Administrator, Editor, Verifier</p>" in page
    assert '<span class="form-check-label">Editor</span>' in page


async def test_what_is_kept_of_a_form_stands_under_the_name_of_its_field(sri: AsyncClient) -> None:
    answer = await sri.post("/articles/passport-held/id/submit", data={"summary": "s" * 301})

    assert answer.status_code == 422
    assert '<label class="form-label" for="kept-summary">Summary</label>' in answer.text
    assert "<p>Summary: " in answer.text


async def test_a_dead_invitation_leads_to_signing_in(sri: AsyncClient) -> None:
    answer = await sri.get("/invitation/no-such-token")

    assert answer.status_code == 410
    assert '<a href="/sign-in">' in answer.text.split("<h1>")[1]


async def test_a_field_that_is_ready_to_type_in_refers_to_its_hint(sri: AsyncClient) -> None:
    invited = await sri.post("/staff", data={"email": "dewi@desk.test", "name": "Dewi"})
    [link] = re.findall(r"http://desk\.test(/invitation/[\w-]+)", invited.text)

    assert 'autofocus aria-describedby="' in (await sri.get(link)).text


async def test_health_says_in_words_how_it_is_reached(sri: AsyncClient) -> None:
    page = (await sri.get("/health")).text

    assert "<td>asking Telegram (polling)</td>" in page
    assert "<td>0 seconds</td>" in page
    assert "<code>BEKAL_SEND_PER_SECOND</code></th><td>25</td>" in page


TOKEN = {"name": "Ekspor", "scopes": "editor", "days": "30"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": None}, "Nama: Isi ini, atau pilih sesuatu."),
        ({"days": "1000001"}, "Berapa hari sampai berakhir: Angka tertinggi 1.000.000."),
        ({"days": "-1"}, "Berapa hari sampai berakhir: Angka terendah 0."),
        ({"days": "sebulan"}, "Berapa hari sampai berakhir: Tulis bilangan bulat dengan angka."),
        ({"scopes": "queen"}, "Peran yang boleh dipakainya: Pilih salah satu yang ditawarkan halaman."),
        ({"name": "n" * 501}, "Nama: Tulis paling banyak 500 huruf."),
    ],
)
async def test_a_field_of_the_wrong_shape_is_told_in_the_language_of_the_desk(
    sri: AsyncClient, changed: dict[str, str | None], said: str
) -> None:
    await sri.post("/account/language", data={"language": "id"})
    sent = {name: value for name, value in {**TOKEN, **changed}.items() if value is not None}

    answer = await sri.post("/account/tokens", data=sent)

    assert answer.status_code == 422
    assert said in re.findall(r"<p>([^<]+)</p>", answer.text)


async def test_an_address_of_the_wrong_shape_is_not_there(sri: AsyncClient) -> None:
    for path in ("/registrations/zzz", "/forms/A_B", "/forms/kelas/questions/x"):
        answer = await sri.get(path)
        assert (answer.status_code, "There is nothing here (any more)." in answer.text) == (404, True), path
    assert (await sri.get("/v1/forms/A_B", headers={"accept": "application/json"})).status_code == 422
