"""What was done is said on the page to which a form leads: by a code in its address, from a fixed vocabulary."""

import re

import pytest

from api.web import done_words
from api.web.pages import to
from core.i18n import desk_words
from tests.api import test_article_pages
from tests.api.test_article_pages import HASH, HERE, Desk, approve, hand_in, typed

desk = test_article_pages.desk
SAID = re.compile(r'<div class="done"><p class="alert alert-success" role="status">([^<]+)</p>')
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/articles", "/articles?done=saved"),
        ("/review?after=1", "/review?after=1&done=saved"),
        ("/forms/a#question-1", "/forms/a?done=saved#question-1"),
    ],
)
def test_the_code_stands_in_the_query_of_any_address(address: str, leads_to: str) -> None:
    assert to(address, done="saved").headers["location"] == leads_to
    assert to(address).headers["location"] == address


@on_one_database
async def test_every_sentence_is_said_and_an_unknown_code_says_nothing(desk: Desk) -> None:
    for code, sentence in done_words.told(desk_words("en")).items():
        assert SAID.findall((await desk.sri.get(f"/account?done={code}")).text) == [sentence]
    for unknown in ("", "?done=", "?done=nothing", "?done=<b>saved</b>", "?done=saved&done=nothing"):
        assert SAID.findall((await desk.sri.get(f"/account{unknown}")).text) == []


@on_one_database
async def test_what_is_saved_handed_in_approved_and_taken_away_is_said(desk: Desk) -> None:
    async def said(address: str) -> list[str]:
        return SAID.findall((await desk.sri.get(address)).text)

    saved = await desk.sri.post(f"{HERE}/save", data=await typed(desk.sri))
    assert await said(saved.headers["location"]) == ["Saved as a draft: readers do not see it yet."]
    handed_in = await desk.sri.post(f"{HERE}/submit", data=await typed(desk.sri))
    assert await said(handed_in.headers["location"]) == ["Saved and handed in: it waits for a verifier."]
    approved = await approve(desk, await desk.newest(), back=HERE)
    assert await said(approved.headers["location"]) == ["Approved."]
    gone = await desk.budi.post(f"{HERE}/retract", data={"reason": "salah"})
    assert await said(gone.headers["location"]) == ["Taken away from readers."]
    assert await said(HERE) == []


@on_one_database
async def test_a_text_approved_by_two_presses_leads_to_the_same_next_text(desk: Desk) -> None:
    revision = await hand_in(desk)
    page = (await desk.ani.get(f"/review/{revision.id}")).text
    assert "R gives back" in page
    assert 'name="handed_in" value="yes"' in page

    answers = [await approve(desk, revision, handed_in="yes") for _ in range(2)]

    assert {answer.headers["location"] for answer in answers} == {
        f"/review?after={revision.id}&handed_in=yes&language=&done=approved"
    }


@on_one_database
async def test_a_live_text_that_is_wrong_leads_to_where_it_is_changed(desk: Desk) -> None:
    page = (await desk.ani.get("/review?language=id")).text

    assert HASH.search(page)
    assert "R gives back" not in page
    assert "R opens the page where it is changed or taken away" in page
    assert not re.search("data-focus-key|give-back", page)
    [address] = re.findall(r'data-key="r" href="([^"]+)"', page)
    assert (await desk.ani.get(address)).status_code == 200


@on_one_database
async def test_a_number_that_changes_asks_for_a_second_key(desk: Desk) -> None:
    plain = await hand_in(desk)
    await approve(desk, plain)
    for body, asks in (("<b>Telepon KBRI saja.</b>", False), ("<b>Telepon 112.</b>", True)):
        revision = await hand_in(desk, body=body)
        page = (await desk.ani.get(f"/review/{revision.id}")).text
        assert ("data-twice=" in page) is asks, body
        await approve(desk, revision)
