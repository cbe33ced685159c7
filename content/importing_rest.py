"""Importing what has no revisions and no readers of its own: evidence, synonyms, programmes, forms, paths,
self-checks.
"""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import insert, select

from content.evidence import Evidence
from content.form_shapes import FormModel, ProgrammeModel
from content.guides import Path, SelfCheck
from content.pack_models import Pack
from content.programmes import Form, Programme
from content.publishing import Publisher, follow
from content.revisions import EntryKind, Origin
from content.synonyms import Synonym


async def bring_the_rest(publisher: Publisher, pack: Pack) -> None:
    """Make these rows those of the pack, but for what the desk changed."""
    evidence = {number: {"number": number, **claim.model_dump()} for number, claim in pack.evidence.items()}
    await _bring(publisher, Evidence, "number", evidence)
    forms = {slug: {"slug": slug, **_form(form)} for slug, form in pack.forms.items()}
    await _bring(publisher, Form, "slug", forms)
    programmes = {slug: _programme(publisher, slug, p) for slug, p in pack.programmes.items()}
    await _bring(publisher, Programme, "slug", programmes)
    paths = {stage: {"stage": stage, "articles": list(path.articles)} for stage, path in pack.paths.items()}
    await _bring(publisher, Path, "stage", paths)
    checks = {slug: {"slug": slug, "content": _written(check)} for slug, check in pack.self_checks.items()}
    await _bring(publisher, SelfCheck, "slug", checks)
    await _bring_synonyms(publisher, pack)


async def _bring(publisher: Publisher, model: Any, key: str, wanted: dict[str, dict[str, Any]]) -> None:
    rows = {getattr(row, key): row for row in await publisher.session.scalars(select(model))}
    for name, values in wanted.items():
        if name not in rows:
            rows[name] = model(origin=Origin.PACK)
            publisher.session.add(rows[name])
        follow(rows[name], publisher.report, **values)
    await publisher.session.flush()


def _form(form: FormModel) -> dict[str, Any]:
    return {"questions": _written(form)["questions"], "missing": list(form.missing)}


def _written(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _programme(publisher: Publisher, slug: str, programme: ProgrammeModel) -> dict[str, Any]:
    return {
        "slug": slug,
        "article_id": publisher.entry_id(EntryKind.ARTICLE, programme.article),
        **programme.model_dump(exclude={"article"}),
        "stages": list(programme.stages),
        "provinces": list(programme.provinces),
    }


async def _bring_synonyms(publisher: Publisher, pack: Pack) -> None:
    rows = {(row.language, row.word): row for row in await publisher.session.scalars(select(Synonym))}
    new = list[dict[str, Any]]()
    for language, synonyms in pack.synonyms.items():
        for word, meanings in synonyms.root.items():
            row = rows.get((language, word))
            if row is None:
                new.append({"language": language, "word": word, "meanings": list(meanings), "origin": Origin.PACK})
            else:
                follow(row, publisher.report, meanings=list(meanings))
    if new:  # thousands at a first start, whose ids nobody asks for: one statement
        await publisher.session.execute(insert(Synonym), new)
        publisher.report.changed += len(new)
    await publisher.session.flush()
