"""Writes name what they are based on, so that nobody writes over what she has not seen (RFC 9110, 13.1).

If-Match: "17"                  the newest revision of a text, as a GET tells in its ETag
If-Match: "f45e6c8849987627"    what has no revisions: a fingerprint of what the write can change, and of no more
If-None-Match: *                the text has no revision yet, the search word means nothing else yet
"""

from typing import Annotated, Literal

from fastapi import Depends, Header
from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response

from api.problems import PreconditionNeeded

ETag = Annotated[str, StringConstraints(pattern=r'^"[1-9][0-9]{0,15}"$', max_length=18)]
Fingerprint = Annotated[str, StringConstraints(pattern=r'^"[0-9a-f]{1,16}"$', max_length=18)]


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
SeenMatch = Annotated[
    Fingerprint | SkipJsonSchema[None],
    Header(description="the ETag of what the writer saw", openapi_examples={"seen": {"value": '"f45e6c8849987627"'}}),
]


def seen_of(if_match: SeenMatch = None) -> str:
    """Return the fingerprint of what a write is based on, where a PUT makes nothing new; raise PreconditionNeeded."""
    if if_match is None:
        raise PreconditionNeeded("Say what this is based on: If-Match with the ETag.")
    return if_match.strip('"')


def seen_or_new(
    if_match: SeenMatch = None,
    if_none_match: Annotated[
        Literal["*"] | SkipJsonSchema[None], Header(description="instead, for what is not there yet")
    ] = None,
) -> str | None:
    """Return the fingerprint of what a write is based on, None for something new; raise PreconditionNeeded."""
    if if_match is None and if_none_match is None:
        raise PreconditionNeeded("Say what this is based on: If-Match with the ETag, or If-None-Match: *.")
    return if_match.strip('"') if if_match else None


Seen = Annotated[str, Depends(seen_of)]
SeenOrNew = Annotated[str | None, Depends(seen_or_new)]


def tag(answer: Response, named: int | str) -> None:
    """Tell which revision of a text an answer holds, or the fingerprint of what it shows."""
    answer.headers["ETag"] = f'"{named}"'
