"""Where texts stand in every language, and workbooks for translators: downloaded, checked, imported."""

import asyncio
import base64
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BeforeValidator, StringConstraints

from api.deps import By, DeskWords, Now, Parts, Session
from api.problems import told
from api.v1 import examples, inputs, outputs, paging
from api.v1.documentation import answers, new_routes
from api.v1.inputs import Input, LanguagePath
from api.v1.media_shapes import BASE64
from api.v1.outputs import Output, Standing
from api.v1.paging import Asking, Page
from content.desk import sheet_export, sheet_import, sheet_reading, sheets, translation_list
from content.desk.sheet_guard import MOST_BYTES
from content.desk.sheet_import import Plan, RowResult
from content.desk.translation_list import TRANSLATED, Asked, Translated, Wanted
from content.revisions import EntryKind
from core.i18n import Words

routes = new_routes("/translations", tag="translations")
MOST_BASE64 = MOST_BYTES * 4 // 3 + 4
A_SHEET = "/{language}/sheet"
States = Literal["", "todo", "missing", "outdated", "draft", "submitted", "current", "unverified"]
Topic = Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*$", description="only its articles")]


def _yes_or_no(given: object) -> object:
    """Refuse what a query may also mean by a truth, on or 1."""
    if given not in {True, False, "true", "false"}:
        raise ValueError("write true or false")
    return given


YesOrNo = BeforeValidator(_yes_or_no)


class TranslationRow(Output):
    """An article or a fact with where it stands in each language. `place` is its topic, or its kind of fact."""

    kind: str
    slug: str
    title: str
    place: str
    texts: list[Standing]


class SheetFile(Output):
    """A workbook (.xlsx) in base64. Its last column is filled in; its hidden sheet is left as it is."""

    name: str
    content: str


class FilledSheet(Input):
    """A workbook that came from here and was filled in, in base64; at most 2 MB."""

    content: Annotated[str, StringConstraints(pattern=BASE64, max_length=MOST_BASE64)]


class SheetRowResult(Output):
    """What becomes of a row: draft, unchanged, held (another row of its article is refused) or refused, and why."""

    row: int
    slug: str
    field: str
    outcome: str
    why: list[str]


class SheetResult(Output):
    """What becomes of a workbook. `articles` are saved as drafts, or would be in a dry run."""

    language: str
    dry_run: bool
    articles: list[str]
    rows: list[SheetRowResult]


@routes.get("", summary="List translations", responses=answers(examples.TRANSLATION_PAGE))
async def show_list(
    _: By, session: Session, asking: Asking, kind: Literal["article", "fact"] = "article",
    language: Annotated[str, Query(max_length=8, pattern=f"^({inputs.OF_OURS})?$", description="for `state`")] = "",
    state: Annotated[States, Query(description="what stands so, in `language` or any; todo: missing or outdated")] = "",
    place: Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*$", description="a topic or a kind")] = "",
    search: Annotated[str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in names and texts")] = "",
) -> Page[TranslationRow]:  # fmt: skip
    """List articles or facts by id, with where each stands in each language."""
    asked = Asked(
        kind=EntryKind(kind), languages=(language,) if language else TRANSLATED, wanted=Wanted(state), place=place,
        search=search,
    )  # fmt: skip
    rows = await translation_list.listed_after(session, asked, after=asking.after, limit=asking.limit + 1)
    return paging.page(rows, asking, id_of=lambda row: row.entry.id, shown=_row)


def _row(row: Translated) -> TranslationRow:
    return TranslationRow(
        kind=row.entry.kind, slug=row.entry.slug, title=row.title, place=row.place,
        texts=outputs.standings(row.states),
    )  # fmt: skip


@routes.get(A_SHEET, summary="Get a workbook for translators", responses=answers(examples.SHEET_FILE))
async def show_sheet(
    by: By, session: Session, words: DeskWords, parts: Parts, language: LanguagePath, topic: Topic = "",
    only_todo: Annotated[bool, YesOrNo, Query(description="only what is missing or outdated")] = False,
) -> SheetFile:  # fmt: skip
    """Return a workbook for translating into a language. Editors may, translators in their languages."""
    texts = await sheet_export.to_translate(session, language=language, topic=topic, only_todo=only_todo, by=by)
    written = await asyncio.to_thread(sheets.write, texts, language=language, words=words, vault=parts.vault)
    return SheetFile(name=sheets.file_name(language, topic), content=base64.b64encode(written).decode())


@routes.post(A_SHEET, summary="Import a workbook", responses=answers(examples.SHEET_RESULT))
async def import_sheet(
    by: By, words: DeskWords, parts: Parts, now: Now, language: LanguagePath,
    body: Annotated[FilledSheet, examples.FILLED_SHEET],
    dry_run: Annotated[bool, YesOrNo, Query(description="only tell what would become of each row")] = True,
) -> SheetResult:  # fmt: skip
    """Save drafts of the articles whose rows are right, each all or nothing; what is refused changes nothing.

    Editors may, translators in their languages.
    """
    sheet_export.require_translator(by, language)
    content = base64.b64decode(body.content)
    sheet = await asyncio.to_thread(sheet_reading.read, content, language=language, vault=parts.vault)
    if dry_run:
        async with parts.database.reading_session() as session:
            return _result(await sheet_import.plan(session, sheet, by=by), words, dry_run=True)
    async with parts.database.session() as session:
        return _result(await sheet_import.carry_out(session, sheet, by=by, now=now), words, dry_run=False)


def _result(plan: Plan, words: Words, *, dry_run: bool) -> SheetResult:
    return SheetResult(
        language=plan.language, dry_run=dry_run, articles=[text.there.entry.slug for text in plan.texts],
        rows=[_row_result(result, words) for result in plan.rows],
    )  # fmt: skip


def _row_result(result: RowResult, words: Words) -> SheetRowResult:
    return SheetRowResult(
        row=result.row.number, slug=result.row.slug, field=result.row.field, outcome=result.outcome,
        why=[told(fault, words) for fault in result.faults],
    )  # fmt: skip
