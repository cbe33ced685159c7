"""The pages of an article: two who save at once, when a text is live, whom it is for, and who wrote its versions.

Longer than a file should be: all of it is one page of the desk, and its tests share one article and its readers.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, update

from api.deps import COOKIE
from content.articles import Article
from content.desk import going_live, reading
from content.revisions import EntryKind, Revision, RevisionState
from core.db import Database
from core.i18n import words
from staff.actors import Role
from staff.grants import RoleGrant
from tests.desk import Clock, add_person, find_or_add, make_desk, sign_in, visitor
from tests.harness import SEALS
from tests.proofs import prove, set_password

HERE = "/articles/passport-held/id"
on_one_database = pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # what a form says is asked of none
BASE = re.compile(r'name="base" value="(\d*)"')
HASH = re.compile(r'name="text_hash" value="([0-9a-f]{64})"')
SOURCE = re.compile(r'name="sources" value="(\d+)" checked>')
SEEN = re.compile(r'name="seen" value="([0-9a-f]{16})"')


@dataclass
class Desk:
    sri: AsyncClient
    budi: AsyncClient
    ani: AsyncClient
    database: Database
    clock: Clock

    async def newest(self) -> Revision:
        async with self.database.session() as session:
            entry = await reading.entry(session, EntryKind.ARTICLE, "passport-held")
            found = await reading.newest(session, entry_id=entry.id, language="id")
            assert found
            return found

    async def live_title(self) -> str:
        async with self.database.session() as session:
            entry = await reading.entry(session, EntryKind.ARTICLE, "passport-held")
            found = await reading.live(session, entry_id=entry.id, language="id")
            return found.title if found else ""


@pytest.fixture
async def desk(stocked: Database) -> AsyncIterator[Desk]:
    clock = Clock()
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        people = {"sri": Role.EDITOR, "budi": Role.EDITOR, "ani": Role.VERIFIER}
        tokens = []
        for name, role in people.items():
            actor = await add_person(session, name, role, now=clock())
            tokens.append(await sign_in(session, actor, now=clock()))
    async with visitor(app, tokens[0]) as sri, visitor(app, tokens[1]) as budi, visitor(app, tokens[2]) as ani:
        yield Desk(sri, budi, ani, stocked, clock)


async def typed(browser: AsyncClient, **instead: str) -> dict[str, str | list[str]]:
    """Return what the editor's form holds, as somebody changed it."""
    html = (await browser.get(HERE)).text
    form: dict[str, str | list[str]] = {
        "base": BASE.findall(html)[0], "title": "Paspor ditahan", "summary": "Ringkasan.",
        "body": "<b>Telepon KBRI.</b>", "sources": SOURCE.findall(html),
    }  # fmt: skip
    return form | instead


async def hand_in(desk: Desk, **instead: str) -> Revision:
    answer = await desk.sri.post(f"{HERE}/submit", data=await typed(desk.sri, **instead))
    assert answer.status_code == 303, answer.text
    return await desk.newest()


async def approve(desk: Desk, revision: Revision, **when: str) -> Response:
    form = {"text_hash": revision.text_hash, **when}
    return await desk.ani.post(f"/review/{revision.id}/approve", data=form)


def local(clock: Clock, **later: float) -> str:
    """Return a moment as a field for a time of Jakarta holds it."""
    return (clock() + timedelta(hours=7, **later)).strftime("%Y-%m-%dT%H:%M")


async def test_who_saves_second_sees_both_texts_and_saves_hers_on_top(desk: Desk) -> None:
    first, second = (
        await typed(desk.sri, title="Dari Sri"),
        await typed(desk.budi, title="Dari Budi", body="Punya Budi"),
    )
    await desk.sri.post(f"{HERE}/save", data=first)

    assert (await desk.budi.post(f"{HERE}/submit", data=second)).status_code == 412
    answer = await desk.budi.post(f"{HERE}/save", data=second)

    assert answer.status_code == 412
    assert re.search(r"<del>.*gone: </span>Sri</del>\s*<ins>.*new: </span>Budi</ins>", answer.text)
    assert "Written by Sri" in answer.text
    assert re.search(r'name="title" value="Dari Budi"', answer.text)
    assert re.search(r"<textarea[^>]*>\nPunya Budi</textarea>", answer.text)
    assert BASE.findall(answer.text) == [str((await desk.newest()).id)]
    saved = await desk.budi.post(f"{HERE}/save", data=second | {"base": BASE.findall(answer.text)[0]})
    assert saved.status_code == 303
    assert (await desk.newest()).title == "Dari Budi"


async def test_a_script_is_told_of_the_other_one_and_comparing_saves_nothing(desk: Desk) -> None:
    first, second = await typed(desk.sri, title="Dari Sri"), await typed(desk.budi, title="Dari Budi")
    await desk.sri.post(f"{HERE}/save", data=first)
    answer = await desk.budi.post(f"{HERE}/save", data=second, headers={"accept": "application/json"})
    assert (answer.status_code, "Somebody else saved" in answer.json()["conflict"]) == (409, True)

    compared = await desk.budi.post(f"{HERE}/compare", data=second)

    assert compared.status_code == 200
    assert "What they changed" in compared.text
    assert (await desk.newest()).title == "Dari Sri"


async def test_what_a_script_saves_by_itself_takes_no_text_out_of_review(desk: Desk) -> None:
    """What was typed stays in the browser then: tests/pages/test_unsaved.py."""
    revision = await hand_in(desk)
    form, script = await typed(desk.sri, title="Paspor ditahan lagi"), {"accept": "application/json"}

    refused = await desk.sri.post(f"{HERE}/save", data=form, headers=script)

    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("This text waits for a verifier")
    waits = await desk.newest()
    assert (waits.id, waits.state) == (revision.id, RevisionState.SUBMITTED)
    assert (await desk.sri.post(f"{HERE}/save", data=form)).status_code == 303
    assert "This text waits for a verifier" not in (await desk.sri.get(HERE)).text
    assert ((await desk.newest()).title, (await desk.newest()).state) == ("Paspor ditahan lagi", RevisionState.DRAFT)
    form = await typed(desk.sri, title="Paspor, draf")
    assert (await desk.sri.post(f"{HERE}/save", data=form, headers=script)).status_code == 200, "a draft saves itself"


@on_one_database
@pytest.mark.parametrize("was_live", [True, False])
async def test_a_verifier_reads_all_that_she_approves(desk: Desk, was_live: bool) -> None:
    """Also what is as readers have it; and the lane shows the same as the page of one text."""
    if not was_live:
        assert (await desk.sri.post(f"{HERE}/retract", data={"reason": "Salah"})).status_code == 303
    revision = await hand_in(desk, summary="Apa yang dilakukan.", body="<b>Telepon</b> KBRI.")
    if was_live:
        await approve(desk, revision)
        revision = await hand_in(desk, title="Judul lain", summary="Apa yang dilakukan.", body="<b>Telepon</b> KBRI.")

    for address in (f"/review/{revision.id}", "/review"):
        shown = (await desk.ani.get(address)).text.split('class="phone-preview', 1)[0]
        assert f"review/{revision.id}/approve" in (await desk.ani.get(address)).text
        assert revision.title in shown
        assert '<p lang="id">Apa yang dilakukan.</p>' in shown
        assert " KBRI." in shown


@on_one_database
async def test_who_may_not_approve_reads_why_on_the_page_and_is_offered_no_approval(desk: Desk) -> None:
    """The rule itself: tests/content/desk/test_two_people.py and test_new_verifiers.py."""
    revision = await hand_in(desk)

    async def said(browser: AsyncClient) -> set[str]:
        pages = [(await browser.get(address)).text for address in (f"/review/{revision.id}", HERE)]
        offers = [f'action="/review/{revision.id}/approve"' in page for page in pages]
        assert ("A approves" in pages[0]) is offers[0] is offers[1] is ('form="approving"' in pages[0])
        return {"an approval"} if offers[0] else set(re.findall(r'alert-info" role="alert">([^<]+)<', pages[0]))

    assert await said(desk.ani) == {"an approval"}
    assert await said(desk.budi) == {"Your roles do not allow this. An administrator can change them."}
    async with desk.database.session() as session:
        sri, ani = [await find_or_add(session, name, Role.EDITOR, now=desk.clock()) for name in ("sri", "ani")]
        session.add(
            RoleGrant(
                account_id=sri.account_id, role=Role.VERIFIER, language="id", granted_by="system",
                granted_at=desk.clock() - timedelta(days=2),
            )
        )  # fmt: skip
        hers = update(RoleGrant).where(RoleGrant.account_id == ani.account_id)
        await session.execute(hers.values(granted_by=sri.account_id, granted_at=desk.clock()))
        await session.commit()
    assert await said(desk.sri) == {"You wrote this text, or a part of it. Another verifier must read it."}
    assert await said(desk.ani) == {
        "The writer of this text made you a verifier less than a day ago. Another verifier must read it."
    }


@on_one_database
async def test_the_history_tells_who_wrote_and_who_approved(desk: Desk) -> None:
    await approve(desk, await hand_in(desk))

    html = (await desk.budi.get(HERE)).text

    newest, oldest = re.findall(r"<small>(Written by [^<]+)</small>", html)
    assert newest.startswith("Written by Sri")
    assert newest.endswith("released · approved by Ani")
    assert oldest == "Written by the makers of Bekal · released"
    assert "WIB" in html


async def test_a_verified_text_says_what_in_it_nobody_has_approved(desk: Desk) -> None:
    body = "<b>Telepon.</b> {{contact:id-kp2mi-callcentre}}"
    revision = await hand_in(desk, body=body)
    read = (await desk.ani.get(f"/review/{revision.id}")).text
    before = read.split("Readers see it as not verified until", 1)[1].split("</details>", 1)[0]
    assert 'href="/contacts/id-kp2mi-callcentre"' in before, "the verifier knows it, too"
    assert (await approve(desk, revision)).status_code == 303

    shown = (await desk.sri.get(HERE)).text

    note = shown.split("Readers still see it as not verified", 1)[1].split("</div>", 1)[0]
    assert 'href="/contacts/id-kp2mi-callcentre"' in note


async def test_a_text_becomes_live_at_its_moment_and_the_page_says_so(desk: Desk) -> None:
    revision, before = await hand_in(desk), await desk.live_title()
    answer = await approve(
        desk, revision, live_from=local(desk.clock, days=1), live_until=local(desk.clock, days=2), back=HERE
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}?done=approved")
    assert await desk.live_title() == before
    html = (await desk.sri.get(HERE)).text
    assert "It goes live on" in html
    assert "It ends on" in html


async def test_what_is_approved_for_later_is_called_planned_and_no_draft(desk: Desk) -> None:
    told = f"planned for {words('en').day((desk.clock() + timedelta(days=1, hours=7)).date())}"
    await desk.sri.post(f"{HERE}/retract", data={"reason": "Salah"})
    await approve(desk, await hand_in(desk), live_from=local(desk.clock, days=1))
    fact = "/facts/ae-wage-claim-time"
    base = BASE.findall((await desk.sri.get(fact)).text)[0]
    await desk.sri.post(f"{fact}/id/submit", data={"value": "3 tahun", "base": base})
    async with desk.database.session() as session:
        value = (await session.scalars(select(Revision).order_by(Revision.id.desc()).limit(1))).one()
    await approve(desk, value, live_from=local(desk.clock, days=1))

    for address, says in {
        HERE: f'standing-draft">{told}</small>',
        "/articles?search=passport-held": f'href="{HERE}">{told}</a>',
        "/translations?search=passport-held": f'href="{HERE}">{told}</a>',
        "/facts?search=ae-wage-claim-time": f">live · {told}<",
        "/translations?kind=fact&search=ae-wage-claim-time": f">current · {told}<",
    }.items():
        assert says in (await desk.sri.get(address)).text, address


FAULTS = [
    ({"live_from": -1}, "live_from", "This moment is over."),
    ({"live_from": 2, "live_until": 1}, "live_until", "The end must lie after the beginning."),
    ({"live_until": -1}, "live_until", "This moment is over."),
]


@on_one_database
async def test_a_moment_that_cannot_be_is_told_at_its_field_and_nothing_is_approved(desk: Desk) -> None:
    revision = await hand_in(desk)
    for days, field, says in FAULTS:
        when = {name: local(desk.clock, days=day) for name, day in days.items()}
        answer = await approve(desk, revision, **when)

        assert answer.status_code == 422
        assert re.search(rf'id="{field}-note" class="invalid-feedback d-block">{re.escape(says)}', answer.text)
        assert all(f'value="{value}"' in answer.text for value in when.values())
    answer = await approve(desk, revision, live_from="besok", live_until="2031-13-45T25:00")
    assert answer.text.count("Write a day and a time") == 2
    assert (await desk.newest()).state == RevisionState.SUBMITTED
    again = await desk.ani.get(f"/review/{revision.id}/approve")
    assert (again.status_code, again.headers["location"]) == (303, f"/review/{revision.id}")


async def test_one_press_and_a_proof_approve_with_the_moment_that_was_chosen(desk: Desk) -> None:
    await set_password(desk.database, "ani")
    revision = await hand_in(desk)
    desk.clock.move(minutes=10)

    asked = await approve(desk, revision, live_from=local(desk.clock, days=1), back=HERE)
    assert (await desk.newest()).state == RevisionState.SUBMITTED
    done = await prove(desk.ani, asked)

    assert (done.status_code, done.headers["location"]) == (303, f"{HERE}?done=approved")
    assert (await desk.newest()).state == RevisionState.RELEASED
    assert "It goes live on" in (await desk.budi.get(HERE)).text
    assert await desk.live_title() != revision.title


async def test_what_was_planned_is_called_off_and_waits_again(desk: Desk) -> None:
    revision = await hand_in(desk)
    await approve(desk, revision, live_from=local(desk.clock, days=1))

    answer = await desk.budi.post(f"{HERE}/call-off")

    assert answer.status_code == 303
    assert "It goes live on" not in (await desk.budi.get(HERE)).text
    assert (await desk.newest()).state == RevisionState.SUBMITTED
    assert HASH.findall((await desk.ani.get(HERE)).text) == [revision.text_hash]
    await approve(desk, await desk.newest())
    assert await desk.live_title() == revision.title


async def test_only_a_verifier_lets_a_text_stay_that_was_to_end(desk: Desk) -> None:
    await approve(desk, await hand_in(desk), live_until=local(desk.clock, days=1))
    assert "Call it off" not in (await desk.budi.get(HERE)).text
    assert (await desk.budi.post(f"{HERE}/call-off")).status_code == 403

    assert (await desk.ani.post(f"{HERE}/call-off")).status_code == 303

    assert (await desk.ani.post(f"{HERE}/call-off")).status_code == 404


async def article(desk: Desk) -> Article:
    async with desk.database.session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, "passport-held")
        return await session.get_one(Article, entry.id)


AUDIENCE = {
    "stages": ["abroad", "returned"], "countries": ["MY", "TW"], "provinces": ["52"], "sensitivity": "ordinary",
    "tags.id": "paspor\nditahan bos\n", "tags.en": "passport", "related": ["wages-unpaid", ""],
}  # fmt: skip


async def seen_of(browser: AsyncClient, address: str) -> str:
    """Return what the hidden field of a form says: the fingerprint of what its reader sees."""
    [found] = set(SEEN.findall((await browser.get(address)).text))
    return str(found)


@on_one_database
async def test_an_editor_sets_whom_an_article_is_for(desk: Desk) -> None:
    form = AUDIENCE | {"seen": await seen_of(desk.sri, "/articles/passport-held/audience")}
    answer = await desk.sri.post("/articles/passport-held/audience", data=form)

    assert answer.status_code == 303
    found = await article(desk)
    assert (found.stages, found.countries, found.provinces) == (["abroad", "returned"], ["MY", "TW"], ["52"])
    assert (found.sensitivity, found.related) == ("ordinary", ["wages-unpaid"])
    assert found.tags == {"id": ["paspor", "ditahan bos"], "en": ["passport"]}
    html = (await desk.sri.get("/articles/passport-held/audience")).text
    assert '<option value="TW" selected>Taiwan</option>' in html
    assert (await desk.ani.get("/articles/passport-held/audience")).status_code == 403


WRONG = [
    ("tags.jv", "x" * 61, 422, "At most 50 words"),
    ("sensitivity", "secret", 422, "Choose one of these."),
    ("countries", "QX", 409, "QX is no country."),
    ("related", "no-such-article", 409, "There is no article named no-such-article."),
    ("related", "passport-held", 409, "An article is not read after itself."),
]


@on_one_database
async def test_an_audience_that_cannot_be_is_told_and_what_was_typed_stays(desk: Desk) -> None:
    before = (await article(desk)).stages
    for field, value, status, says in WRONG:
        answer = await desk.sri.post("/articles/passport-held/audience", data=AUDIENCE | {field: value})

        assert answer.status_code == status
        assert says in answer.text
        assert "ditahan bos" in answer.text
    assert (await article(desk)).stages == before


@on_one_database
@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        (f"http://desk.test{HERE}", HERE), (f"https://desk.test{HERE}", HERE), ("", "/"), ("http://desk.test", "/"),
        ("http://desk.test.evil.example/x", "/"), ("http://desk.test@evil.example/", "/"),
        ("http://desk.test//evil.example/", "/"), ("http://evil.example/http://desk.test/articles", "/"),
    ],
)  # fmt: skip
async def test_whose_session_has_ended_comes_back_to_the_page_that_the_form_stands_on(
    desk: Desk, came_from: str, leads_to: str
) -> None:
    form = await typed(desk.sri)
    desk.sri.cookies.clear()

    answer = await desk.sri.post(f"{HERE}/submit", data=form, headers={"referer": came_from})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={leads_to}")


CHECKED = re.compile(r'name="change" value="(\w+)" checked')


@on_one_database
async def test_the_kind_of_change_that_was_chosen_stays_until_readers_have_the_text(desk: Desk) -> None:
    async def chosen() -> list[str]:
        return CHECKED.findall((await desk.sri.get(HERE)).text)

    assert await chosen() == ["major"]
    form = await typed(desk.sri, change="correction")
    await desk.sri.post(f"{HERE}/save", data=form)
    assert await chosen() == ["correction"]
    await desk.sri.post(f"{HERE}/save", data=await typed(desk.sri, change="small"))
    assert await chosen() == ["small"], "the same text, another kind"
    await desk.sri.post(f"{HERE}/save", data=await typed(desk.sri, title="Paspor diambil"))
    assert await chosen() == ["small"], "a form that says nothing of it changes nothing of it"

    revision = await hand_in(desk, change="correction")
    assert "Correction: something was wrong." in (await desk.ani.get(f"/review/{revision.id}")).text
    await desk.sri.post(f"{HERE}/take-back")
    assert await chosen() == ["correction"]
    revision = await hand_in(desk, change="small")
    await desk.ani.post(f"/review/{revision.id}/give-back", data={"reason": "Nomornya salah"})
    assert await chosen() == ["small"]

    revision = await hand_in(desk, change="small")
    assert (revision.is_major, revision.is_correction) == (False, False)
    await approve(desk, revision)
    assert await chosen() == ["major"]


@on_one_database
async def test_handing_in_what_readers_have_already_says_so(desk: Desk) -> None:
    await approve(desk, await hand_in(desk))

    answer = await desk.sri.post(f"{HERE}/submit", data=await typed(desk.sri))

    assert answer.status_code == 409
    assert "Nothing has changed: readers have this text already." in answer.text


async def test_a_text_that_was_taken_away_says_when_by_whom_and_why(desk: Desk) -> None:
    await approve(desk, await hand_in(desk))
    assert "Taken away on" not in (await desk.sri.get(HERE)).text

    await desk.budi.post(f"{HERE}/retract", data={"reason": "Nomornya <salah>"})

    html = (await desk.sri.get(HERE)).text
    assert re.search(r"Taken away on [^<]+ WIB by Budi: Nomornya &lt;salah&gt;", html)
    newest, oldest = re.findall(r"<small>(Written by [^<]+)</small>", html)
    assert "taken away · approved by Ani" in newest
    for page in (html, (await desk.sri.get("/articles?search=passport-held")).text):
        assert re.search(r'standing-draft"[^>]*>taken away<', page), "it is nobody's draft"
    assert oldest == "Written by the makers of Bekal · released", "a newer one took its place"
    await desk.sri.post(f"{HERE}/save", data=await typed(desk.sri, title="Lagi"))
    assert "by Budi: Nomornya" in (await desk.sri.get(HERE)).text


@on_one_database
async def test_the_history_tells_what_is_planned_and_what_ended_as_planned(desk: Desk) -> None:
    when = {"live_from": local(desk.clock, days=1), "live_until": local(desk.clock, days=2)}
    await approve(desk, await hand_in(desk), **when)
    assert "planned · approved by Ani" in (await desk.sri.get(HERE)).text

    for _day in range(2):
        desk.clock.move(days=1, minutes=1)
        async with desk.database.session() as session:
            await going_live.carry_out_due(session, seals=SEALS, now=desk.clock())
            sri = await find_or_add(session, "sri", now=desk.clock())
            desk.sri.cookies.set(COOKIE, await sign_in(session, sri, now=desk.clock()))
    html = (await desk.sri.get(HERE)).text

    assert "no longer live · approved by Ani" in html
    for page in (html, (await desk.sri.get("/articles?search=passport-held")).text):
        assert re.search(r'standing-draft"[^>]*>no longer live<', page), "nobody has taken it away"
    assert "as planned." in html
