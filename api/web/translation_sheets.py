"""Workbooks for translators: downloading one, what would become of one that comes back, and importing it."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, UploadFile
from starlette.responses import Response

from api.deps import By, DeskWords, Now, Parts, Session, SignedIn
from api.problems import told
from api.web.labels import field_names
from api.web.pages import page
from content.desk import sheet_export, sheet_form, sheet_import, sheet_reading, sheets
from content.desk.sheet_guard import MOST_BYTES
from content.desk.sheet_import import Outcome, Plan
from content.desk.sheet_reading import SheetRefused
from core.i18n import LANGUAGES, Words

routes = APIRouter(include_in_schema=False)
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OF_OURS = f"^({'|'.join(LANGUAGES)})$"
Language = Annotated[str, Form(pattern=OF_OURS, max_length=8)]


@routes.get("/translations/{language}/sheet")
async def download(
    by: By, session: Session, words: DeskWords, parts: Parts,
    language: Annotated[str, Path(pattern=OF_OURS, max_length=8)],
    topic: Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*$")] = "", only_todo: bool = False,
) -> Response:  # fmt: skip
    """Give a workbook with the articles of a topic, or of all."""
    texts = await sheet_export.to_translate(session, language=language, topic=topic, only_todo=only_todo, by=by)
    written = await asyncio.to_thread(sheets.write, texts, language=language, words=words, vault=parts.vault)
    disposition = f'attachment; filename="{sheets.file_name(language, topic)}"'
    return Response(written, media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})


@routes.post("/translations/sheet")
async def check(
    request: Request, visitor: SignedIn, by: By, words: DeskWords, parts: Parts, language: Language,
    file: UploadFile | None = None,
) -> Response:  # fmt: skip
    """Show what would become of a workbook. Nothing is changed, and the database waits for nobody meanwhile."""
    sheet_export.require_translator(by, language)
    content = await file.read(MOST_BYTES + 1) if file else b""
    if not content:
        raise SheetRefused("Choose the workbook that you filled in.")
    sheet = await asyncio.to_thread(sheet_reading.read, content, language=language, vault=parts.vault)
    async with parts.database.reading_session() as session:
        plan = await sheet_import.plan(session, sheet, by=by)
        carried = sheet_form.packed(sheet, plan, vault=parts.vault, by=by)
    return page(
        request, "translation_sheet.html", words, visitor, is_done=False, checked=carried, **_shown(plan, words)
    )


@routes.post("/translations/import")
async def carry_out(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, now: Now, parts: Parts,
    language: Language, checked: Annotated[str, Form(max_length=4 * MOST_BYTES)] = "",
) -> Response:  # fmt: skip
    """Save drafts of the articles that were checked, and show what became of their rows."""
    sheet_export.require_translator(by, language)
    sheet = sheet_form.unpacked(checked, vault=parts.vault, by=by)
    plan = await sheet_import.carry_out(session, sheet, by=by, now=now)
    return page(request, "translation_sheet.html", words, visitor, is_done=True, checked="", **_shown(plan, words))


def _shown(plan: Plan, words: Words) -> dict[str, Any]:
    return {
        "text_language": plan.language, "count": len(plan.texts), "fields": field_names(words), "told": _told(words),
        "refused": plan.having(Outcome.REFUSED), "drafts": plan.having(Outcome.DRAFT),
        "held": plan.having(Outcome.HELD), "unchanged": len(plan.having(Outcome.UNCHANGED)),
    }  # fmt: skip


def _told(words: Words) -> Any:
    return lambda fault: told(fault, words)
