"""The pages of topics and of search words: what is moved, named or said there is live at once."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from httpx2 import AsyncClient, Response

from content.catalogue import Catalogue, load_catalogue
from core.db import Database
from staff.actors import Role
from tests.api.test_article_pages import seen_of
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.harness import SEALS

FORM = re.compile(r'<form method="post" action="([^"]+)">(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SYNONYM = re.compile(r'href="/synonyms/(\d+)">([^<]+)</a>')


@dataclass
class Desk:
    editor: AsyncClient
    verifier: AsyncClient
    database: Database
    clock: Clock

    async def catalogue(self) -> Catalogue:
        async with self.database.reading() as connection:
            return await load_catalogue(connection, today=self.clock().date(), show_unverified=True, seals=SEALS)

    async def articles_of(self, topic: str) -> list[str]:
        return list((await self.catalogue()).topics[topic].articles)


@pytest.fixture
async def desk(stocked: Database) -> AsyncIterator[Desk]:
    clock = Clock()
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=clock())
        ani = await add_person(session, "ani", Role.VERIFIER, now=clock())
        tokens = [await sign_in(session, actor, now=clock()) for actor in (sri, ani)]
    async with visitor(app, tokens[0]) as editor, visitor(app, tokens[1]) as verifier:
        yield Desk(editor, verifier, stocked, clock)


async def press(browser: AsyncClient, button: str) -> Response:
    """Press the button with an id on the tree's page, without any script."""
    html = (await browser.get("/topics")).text
    for action, form in FORM.findall(html):
        if f'id="{button}"' in form:
            return await browser.post(action, data=dict(HIDDEN.findall(form)))
    raise AssertionError(f"there is no button {button}")


async def focused(browser: AsyncClient, answer: Response) -> bool:
    """Tell whether the page that an answer leads to has what the fragment names, and that it can have the focus."""
    address, _, fragment = answer.headers["location"].partition("#")
    return bool(re.search(rf'<(a|button)[^>]* id="{re.escape(fragment)}"', (await browser.get(address)).text))


async def test_an_article_goes_down_and_up_and_the_focus_goes_with_it(desk: Desk) -> None:
    before = await desk.articles_of("money")
    down = await press(desk.editor, f"article.{before[0]}.down")

    assert await desk.articles_of("money") == [before[1], before[0], *before[2:]]
    assert down.headers["location"].endswith(f"#article.{before[0]}.down")
    assert await focused(desk.editor, down)
    up = await press(desk.editor, f"article.{before[0]}.up")
    assert await desk.articles_of("money") == before
    assert up.headers["location"].endswith(f"#article.{before[0]}.down"), "at the end there is no further button up"
    assert await focused(desk.editor, up)


async def test_the_last_article_goes_up_and_down_to_the_end_again(desk: Desk) -> None:
    before = await desk.articles_of("money")
    await press(desk.editor, f"article.{before[-1]}.up")
    assert await desk.articles_of("money") == [*before[:-2], before[-1], before[-2]]

    answer = await press(desk.editor, f"article.{before[-1]}.down")

    assert await desk.articles_of("money") == before
    assert await focused(desk.editor, answer)


async def test_a_topic_moves_among_those_beside_it(desk: Desk) -> None:
    before = (await desk.catalogue()).top_topics
    answer = await press(desk.editor, f"topic.{before[0]}.down")

    assert (await desk.catalogue()).top_topics == (before[1], before[0], *before[2:])
    assert await focused(desk.editor, answer)


async def test_an_article_goes_into_another_topic(desk: Desk) -> None:
    slug = (await desk.articles_of("money"))[0]
    assert '<option value="money" selected>' in (await desk.editor.get(f"/topics/articles/{slug}")).text

    answer = await desk.editor.post(f"/topics/articles/{slug}", data={"topic": "health"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/topics#article.{slug}")
    assert (await desk.articles_of("health"))[-1] == slug


async def test_a_full_topic_says_so_where_it_was_chosen(desk: Desk) -> None:
    full, others = "protection", [*await desk.articles_of("money"), *await desk.articles_of("programmes")]
    for slug in others:
        answer = await desk.editor.post(f"/topics/articles/{slug}", data={"topic": full})
        if answer.status_code != 303:
            break
    assert answer.status_code == 422
    assert "This topic is full" in answer.text
    assert f'<option value="{full}" selected>' in answer.text
    assert len(await desk.articles_of(full)) == 8


async def test_titles_and_icon_are_what_readers_see(desk: Desk) -> None:
    new = {"icon": "💵", "titles.id": "Uang & biaya", "titles.en": "Money", "titles.jv": "Dhuwit", "titles.su": "Duit"}
    answer = await desk.editor.post("/topics/money", data=new | {"seen": await seen_of(desk.editor, "/topics/money")})

    assert (answer.status_code, answer.headers["location"]) == (303, "/topics#topic.money")
    topic = (await desk.catalogue()).topics["money"]
    assert (topic.icon, topic.titles["id"]) == ("💵", "Uang & biaya")


@pytest.mark.parametrize(
    ("field", "value"), [("icon", ""), ("icon", "two signs"), ("titles.su", ""), ("titles.jv", "x" * 36)]
)
async def test_a_title_that_does_not_fit_is_told_at_its_field_and_stays_typed(
    desk: Desk, field: str, value: str
) -> None:
    typed = {"icon": "💵", "titles.id": "Uang kita", "titles.en": "Money", "titles.jv": "Dhuwit", "titles.su": "Duit"}
    answer = await desk.editor.post("/topics/money", data=typed | {field: value})

    assert answer.status_code == 422
    assert re.findall(r'is-invalid" id="([^"]+)"', answer.text) == [field]
    assert "Uang kita" in answer.text
    assert (await desk.catalogue()).topics["money"].titles["id"] == "Uang"


async def test_a_retired_article_is_brought_back_and_is_not_live_by_that(desk: Desk) -> None:
    slug = (await desk.articles_of("money"))[0]
    here, retiring = f"/articles/{slug}/id", f'action="/articles/{slug}/retire" data-confirm="The whole article ends'
    assert retiring in (await desk.editor.get(here)).text
    retired = await desk.editor.post(f"/articles/{slug}/retire")
    shown = (await desk.editor.get(retired.headers["location"])).text
    assert "Retired: nobody reads this article any more." in shown
    assert f'action="/topics/articles/{slug}/bring-back"' in shown, "its page leads back, too"
    assert retiring not in shown
    html = (await desk.editor.get("/topics")).text
    assert f'id="article.{slug}"' not in html
    assert f'action="/topics/articles/{slug}/bring-back"' in html

    answer = await desk.editor.post(f"/topics/articles/{slug}/bring-back")

    assert answer.status_code == 303
    assert "bring-back" not in (await desk.editor.get(here)).text
    assert slug not in await desk.articles_of("money")
    row = (await desk.editor.get("/topics")).text.split(f'id="article.{slug}"')[1]
    assert "not live" in row.split("</span>")[0]


async def test_an_article_does_not_come_back_to_a_full_topic(desk: Desk) -> None:
    retired = (await desk.articles_of("money"))[0]
    others = [*await desk.articles_of("protection"), *await desk.articles_of("programmes")]
    await desk.editor.post(f"/articles/{retired}/retire")
    while others and len(await desk.articles_of("money")) < 8:
        await desk.editor.post(f"/topics/articles/{others.pop()}", data={"topic": "money"})

    answer = await desk.editor.post(f"/topics/articles/{retired}/bring-back")

    assert answer.status_code == 409
    assert "This topic is full" in answer.text


async def test_others_read_the_tree_and_move_nothing(desk: Desk) -> None:
    html = (await desk.verifier.get("/topics")).text
    slug = (await desk.articles_of("money"))[0]

    assert f'href="/articles/{slug}/id"' in html
    assert "/move" not in html
    for address in (f"/topics/articles/{slug}/move", f"/topics/articles/{slug}"):
        assert (await desk.verifier.post(address, data={"topic": "health"})).status_code == 403
    assert (await desk.verifier.post("/topics/money/move")).status_code == 403
    assert (await desk.verifier.get("/topics/money")).status_code == 403


async def test_what_is_not_there_is_told(desk: Desk) -> None:
    for address in ("/topics/nowhere", "/topics/articles/nowhere", "/synonyms/999999"):
        assert (await desk.editor.get(address)).status_code == 404


async def test_a_search_word_is_added_changed_and_taken_away(desk: Desk) -> None:
    word = {"language": "id", "word": "  Duit Kosong ", "meanings": "tanpa gaji\nupah nol\n"}
    assert (await desk.editor.post("/synonyms", data=word)).status_code == 303
    assert (await desk.catalogue()).synonyms["id"]["duit kosong"] == ("tanpa gaji", "upah nol")

    html = (await desk.editor.get("/synonyms?language=id&search=duit+kosong")).text
    [(number, told)] = SYNONYM.findall(html)
    assert told == "duit kosong"
    here = f"/synonyms/{number}"
    changed = {"meanings": "tidak digaji", "seen": await seen_of(desk.editor, here)}
    assert (await desk.editor.post(here, data=changed)).status_code == 303
    assert (await desk.catalogue()).synonyms["id"]["duit kosong"] == ("tidak digaji",)
    gone = {"seen": await seen_of(desk.editor, here)}
    assert (await desk.editor.post(f"{here}/take-away", data=gone)).status_code == 303
    assert "duit kosong" not in (await desk.catalogue()).synonyms["id"]


@pytest.mark.parametrize(
    ("word", "meanings", "says"),
    [("x" * 41, "gaji", "1 to 40 letters"), ("upah x", "", "1 to 30 meanings"), ("upah x", "y" * 41, "1 to 40")],
)
async def test_a_word_that_cannot_be_one_is_told_and_stays_typed(
    desk: Desk, word: str, meanings: str, says: str
) -> None:
    typed = {"language": "id", "word": word, "meanings": meanings}
    answer = await desk.editor.post("/synonyms", data=typed)

    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{word}"' in answer.text
    assert meanings in answer.text


async def test_a_word_that_is_there_is_not_overwritten_by_adding_it(desk: Desk) -> None:
    before = (await desk.catalogue()).synonyms["id"]
    word = next(iter(before))
    answer = await desk.editor.post("/synonyms", data={"language": "id", "word": word, "meanings": "lain"})

    assert answer.status_code == 422
    assert "This word is there already" in answer.text
    assert (await desk.catalogue()).synonyms["id"] == before


async def test_search_words_are_listed_by_language_and_page(desk: Desk) -> None:
    known = sorted((await desk.catalogue()).synonyms["jv"])
    first = [word for _, word in SYNONYM.findall((await desk.verifier.get("/synonyms?language=jv")).text)]
    second = [word for _, word in SYNONYM.findall((await desk.verifier.get("/synonyms?language=jv&page=2")).text)]

    assert 0 < len(first) <= 50
    assert set(first + second) <= set(known)
    assert not set(first) & set(second)
    assert (
        await desk.verifier.post("/synonyms", data={"language": "jv", "word": "a", "meanings": "b"})
    ).status_code == 403
