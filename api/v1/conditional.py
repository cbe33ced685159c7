"""Writes of a text name what they are based on, so that nobody writes over what she has not seen (RFC 9110, 13.1).

If-Match: "17"      the newest revision of the text, as a GET tells in its ETag
If-None-Match: *    the text has no revision yet
"""

from typing import Annotated, Literal

from fastapi import Depends, Header
from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.problems import PreconditionNeeded
from content.desk import drafting, reading
from content.desk.rules import Conflict

ETag = Annotated[str, StringConstraints(pattern=r'^"[1-9][0-9]{0,15}"$', max_length=18)]


def base_of(
    if_match: Annotated[
        ETag | SkipJsonSchema[None],
        Header(description="the ETag of the newest text", openapi_examples={"newest": {"value": '"17"'}}),
    ] = None,
    if_none_match: Annotated[
        Literal["*"] | SkipJsonSchema[None], Header(description="instead, for the first text of all")
    ] = None,
) -> int | None:
    """Return the revision that a write is based on, None for a first one; raise PreconditionNeeded."""
    if if_match is not None:
        return int(if_match.strip('"'))
    if if_none_match is None:
        raise PreconditionNeeded("Say what this is based on: If-Match with the ETag, or If-None-Match: *.")
    return None


Base = Annotated[int | None, Depends(base_of)]


def tag(answer: Response, revision_id: int) -> None:
    """Tell which revision of a text an answer holds."""
    answer.headers["ETag"] = f'"{revision_id}"'


async def require_newest(session: AsyncSession, *, entry_id: int, language: str, base_id: int | None) -> None:
    """Lock an entry and raise Conflict where another text is newest than the one that a write is based on."""
    await drafting.lock(session, entry_id)
    newest = await reading.newest(session, entry_id=entry_id, language=language)
    if (newest.id if newest else None) != base_id:
        raise Conflict(newest.id if newest else None)
