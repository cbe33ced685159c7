"""Search words: what people type, and what it also means."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.deps import By, Now, Session
from api.v1 import conditional, examples, inputs, outputs, paging
from api.v1.conditional import Seen, SeenOrNew
from api.v1.documentation import answers, new_routes
from api.v1.inputs import NumberPath
from api.v1.outputs import SynonymDetail
from api.v1.paging import Asking, Page
from content.desk import fingerprints, search_words

routes = new_routes("/synonyms", tag="synonyms")


@routes.get("", summary="List search words", responses=answers(examples.SYNONYM_PAGE))
async def show_list(
    _: By, session: Session, asking: Asking,
    language: Annotated[str, Query(max_length=8, pattern=f"^({inputs.OF_OURS})?$")] = "",
    search: Annotated[str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in the words")] = "",
) -> Page[SynonymDetail]:  # fmt: skip
    """List the words by id; `etag` is what changing one or taking it away wants as If-Match."""
    rows = await search_words.listed(
        session, language=language, search=search, after=asking.after, limit=asking.limit + 1
    )
    return paging.page(rows, asking, id_of=lambda row: row.id, shown=outputs.synonym)


@routes.put("", summary="Set what a word means", responses=answers(examples.SYNONYM))
async def put(
    by: By, session: Session, now: Now, answer: Response, seen: SeenOrNew,
    body: Annotated[inputs.SynonymWords, examples.SYNONYM_WORDS],
) -> SynonymDetail:  # fmt: skip
    """Say what a word also means, in place of what If-Match names. Editors may; searches find it at once.

    A word that means nothing else yet, or was taken away, is put with If-None-Match: *.
    """
    row = await search_words.put(
        session, language=body.language, word=body.word, meanings=body.meanings, seen=seen, by=by, now=now
    )
    conditional.tag(answer, fingerprints.of_meanings(row.meanings))
    return outputs.synonym(row)


@routes.delete("/{synonym_id}", status_code=204, summary="Take a search word away")
async def take_away(by: By, session: Session, now: Now, seen: Seen, synonym_id: NumberPath) -> None:
    """Let a word mean only itself, and no more what If-Match names. Editors may."""
    await search_words.take_away(session, synonym_id=synonym_id, seen=seen, by=by, now=now)
