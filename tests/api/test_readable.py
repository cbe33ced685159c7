"""How texts are read at the desk: formatted, with what readers see of a reference, and with every change in sight."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select

from api.web.readable import Kind, Part, Stretch, stretches
from content.bodies import Reference
from content.desk import drafting, reading
from content.desk.differences import Change, words
from content.desk.usage import places_of
from content.revisions import Entry, EntryKind, Revision
from core.db import Database
from staff.actors import Role
from tests.desk import Clock, add_person, find_or_add, make_desk, sign_in, visitor

HERE = "/articles/passport-held/id"
LINK = '<a href="https://kemlu.go.id/a?b=1&amp;c=2">KBRI</a>'
BODY = f"<b>Tahu</b> &quot;A&amp;T&quot; {LINK}\n<blockquote>Tenang.</blockquote>\n{{{{contact:id-kemlu-pwni}}}}"


def shown(old: str, new: str) -> list[tuple[str, str]]:
    """Return what a difference shows: what became of each part, and its text, after its kind if it is another."""
    return [
        (str(one.change), f"[{part.kind}] {part.text} {part.address}".strip() if part.kind != "text" else part.text)
        for one in stretches(words(old, new))
        for part in one.parts
    ]


def test_formats_signs_links_and_references_are_read_as_what_they_are() -> None:
    [whole] = stretches(words(BODY, BODY))

    assert whole == Stretch(
        Change.SAME,
        (
            Part(Kind.TEXT, "Tahu", ("bold",)), Part(Kind.TEXT, ' "A&T" '), Part(Kind.TEXT, "KBRI", ("text_link",)),
            Part(Kind.ADDRESS, "https://kemlu.go.id/a?b=1&c=2"), Part(Kind.TEXT, "\n"), Part(Kind.QUOTE_OPENS),
            Part(Kind.TEXT, "Tenang.", ("blockquote",)), Part(Kind.QUOTE_CLOSES), Part(Kind.TEXT, "\n"),
            Part(Kind.REFERENCE, reference=Reference("contact", "id-kemlu-pwni")),
        ),
    )  # fmt: skip


def test_a_word_made_bold_is_told_at_both_its_ends() -> None:
    assert shown("Bawa paspor.", "Bawa <b>paspor</b>.") == [
        ("same", "Bawa "), ("new", "[format-opens] bold"), ("same", "paspor"), ("new", "[format-closes] bold"),
        ("same", "."),
    ]  # fmt: skip


def test_an_address_that_changed_is_told_with_both() -> None:
    old, new = '<a href="https://old.example">Di sini</a>', "<a href='https://new.example'>Di sini</a>"

    assert shown(old, new) == [
        ("gone", "[format-opens] text_link https://old.example"),
        ("new", "[format-opens] text_link https://new.example"),
        ("same", "Di sini"),
    ]


def test_a_link_that_reaches_further_is_told() -> None:
    old, new = 'satu <a href="https://a.example">dua</a>', '<a href="https://a.example">satu dua</a>'

    assert [sign for change, sign in shown(old, new) if change != "same"] == [
        "[format-opens] text_link https://a.example"
    ] * 2


def test_a_new_sentence_is_formatted_as_it_stands() -> None:
    assert shown("a", "a <b>b</b> <a href='https://a.example'>c</a> <i></i>") == [
        ("same", "a"), ("new", " "), ("new", "b"), ("new", " "), ("new", "c"), ("new", "[address] https://a.example"),
        ("new", " "), ("new", "[format-opens] italic"), ("new", "[format-closes] italic"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a", "<b>a</b>"), ("<i>a</i>", "<b>a</b>"), ("a", "<code>a</code>"), ("a", "<tg-spoiler>a</tg-spoiler>"),
        ("a", "<blockquote>a</blockquote>"), ("a\nb", "a\n<!-- part -->\nb"), ("a", "a<!-- b -->"), ("a", "&shy;a"),
        ("{{fact:a}}", "{{fact:b}}"), ("&quot;", '"'), ("&lt;", "&gt;"), ("a", "<b>a"), ("<B>a</B>", "<b>a</b>"),
        ("<b>a</b>", "<strong>a</strong>"), ("<b>a</b>b", "<b>ab</b>"), ("a b", "a  b"), ("a", "<b></b>a"),
    ],
)  # fmt: skip
def test_whatever_changed_is_in_sight(old: str, new: str) -> None:
    there = {change: [sign for became, sign in shown(old, new) if became == change] for change in ("gone", "new")}

    assert there["gone"] or there["new"]
    assert all(there["gone"] + there["new"])


def test_markup_that_is_not_right_stands_as_it_was_written() -> None:
    assert shown("<b>a</b>", "<b>a</b> < c") == [("same", "<b>a</b>"), ("new", " < c")]


def test_an_entity_is_never_cut_in_two() -> None:
    assert shown("&quot;", "&amp;") == [("gone", '"'), ("new", "&")]


@pytest.fixture
async def sri(stocked: Database) -> AsyncIterator[AsyncClient]:
    clock = Clock()
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        actor = await add_person(session, "sri", Role.EDITOR, now=clock())
        token = await sign_in(session, actor, now=clock())
    async with visitor(app, token) as browser:
        yield browser


async def test_who_reads_sees_the_name_of_a_contact_and_who_writes_the_markup(sri: AsyncClient) -> None:
    base = re.findall(r'name="base" value="(\d*)"', (await sri.get(HERE)).text)[0]
    form = {"base": base, "title": "Paspor", "summary": "Cara.", "body": BODY + "\n<i>&lt;script&gt;</i>"}
    assert (await sri.post(f"{HERE}/save", data=form)).status_code == 303
    editor = (await sri.get(HERE)).text
    version = (await sri.get(re.findall(rf'href="({HERE}/\d+)"', editor)[0])).text

    assert "\n&lt;b&gt;Tahu&lt;/b&gt; &amp;quot;A" in editor, "the textarea holds the markup itself"
    assert "{{" not in version
    assert re.search('title="Contact: id-kemlu-pwni">.*Kementerian Luar Negeri, Pelindungan WNI', version)
    assert "&lt;b&gt;" not in version
    assert re.search(r"<ins>(?:(?!</ins>).)*&lt;script&gt;", version, re.DOTALL)
    assert "<script>" not in version


async def test_of_two_who_save_at_once_the_second_reads_theirs_and_goes_on_writing_hers(sri: AsyncClient) -> None:
    base = re.findall(r'name="base" value="(\d*)"', (await sri.get(HERE)).text)[0]
    theirs = {"base": base, "title": "Paspor", "summary": "Cara.", "body": "<b>Tenang.</b> Telepon."}
    await sri.post(f"{HERE}/save", data=theirs)

    answer = await sri.post(f"{HERE}/save", data=theirs | {"body": "Tenang. <b>Telepon.</b>"})

    assert answer.status_code == 412
    before, form = answer.text.split('<form class="card card-body"', 1)
    assert '<span class="is-bold">Tenang.</span> Telepon.' in before
    assert '<span class="tag">bold from here</span></del>Tenang.' in before
    assert '<span class="tag">bold from here</span></ins><span class="is-bold">Telepon.</span>' in before
    assert "&lt;b&gt;" not in before
    assert "\nTenang. &lt;b&gt;Telepon.&lt;/b&gt;</textarea>" in form


async def test_a_translator_reads_the_source_and_not_its_markup(sri: AsyncClient) -> None:
    html = (await sri.get("/articles/passport-held/jv")).text

    source = html.split('aria-label="The Indonesian text"', 1)[1].split("</section>", 1)[0]
    assert '<span class="is-bold">Telepon KBRI atau KJRI' in source
    assert '<span class="part-mark">New part</span>' in source
    assert re.search("[{<]b>|{{|&lt;", source) is None


async def test_a_fact_is_read_with_the_lines_in_which_it_stands(sri: AsyncClient, stocked: Database) -> None:
    async with stocked.session() as session:
        of_fact = select(Revision.id).join(Entry, Entry.id == Revision.entry_id)
        of_fact = of_fact.where(Entry.slug == "ae-wage-claim-time", Revision.language == "en")
        revision_id = (await session.scalars(of_fact)).one()

    html = (await sri.get(f"/review/{revision_id}")).text

    places = html.split("<h3>Used in</h3>")[1].split("</ul>")[0]
    assert '<a href="/articles/wages-unpaid/en">' in places
    assert places.count("<li>") == 1, "in this language only"
    read = " ".join(re.sub("<[^>]+>", "", places).split())
    assert "Saudi Arabia ◆ Fact: 12 months, United Arab Emirates ◆ Fact: 2 years." in read
    assert "{{" not in places


async def test_a_proposed_fact_is_read_in_the_lines_in_which_it_will_stand(sri: AsyncClient, stocked: Database) -> None:
    now = Clock()()
    async with stocked.session() as session:
        entry = await reading.entry(session, EntryKind.FACT, "ae-wage-claim-time")
        live = await reading.live(session, entry_id=entry.id, language="en")
        assert live is not None
        exact = replace(await reading.exact(session, entry, live), body="9 weeks")
        written = await drafting.save(
            session, entry=entry, language="en", exact=exact, base_id=live.id, now=now,
            by=await find_or_add(session, "editor", Role.EDITOR, now=now),
        )  # fmt: skip

    html = (await sri.get(f"/review/{written.id}")).text

    read = " ".join(re.sub("<[^>]+>", "", html.split("<h3>Used in</h3>")[1].split("</ul>")[0]).split())
    assert "United Arab Emirates ◆ Fact: 9 weeks." in read


async def test_no_line_in_which_a_fact_stands_shows_markup(stocked: Database) -> None:
    async with stocked.reading_session() as session:
        facts = list(await session.scalars(select(Entry.slug).where(Entry.kind == EntryKind.FACT)))
        lines = [place.line for slug in facts for place in await places_of(session, Reference("fact", slug), "id")]

    assert len(lines) > 20
    for line in lines:
        assert Kind.TEXT not in {part.kind for part in stretches(words(line, line))[0].parts if "<" in part.text}, line
