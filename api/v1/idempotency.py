"""Creates may carry an Idempotency-Key: sent again within a day, one is done once and answered alike.

Only what was done is kept: a create that was refused has changed nothing and may be sent again. Of a body a keyed
digest is kept: what a plain hash of a note about somebody stands for could be guessed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import BaseModel, StringConstraints
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, Now, Parts, Session
from core.crypto import Vault
from staff import answers
from staff.answers import Question

Key = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=100)]
PLACE = "idempotent_answer.body_hash"


@dataclass(frozen=True, slots=True)
class Creation:
    """One create: done once for each key."""

    session: AsyncSession
    vault: Vault
    account_id: str
    route: str
    key: str | None
    now: datetime

    async def once(self, body: BaseModel, make: Callable[[], Awaitable[BaseModel]]) -> Response:
        """Return what `make` gives as an answer with status 201, or the one that was given before; raise KeyReused."""
        if self.key is None:
            return _created(await _written(self.session, make))
        digests = self.vault.digests(body.model_dump_json().encode(), place=PLACE)
        hashes = tuple(digest.hex() for digest in digests)
        question = Question(account_id=self.account_id, key=self.key, route=self.route, body_hashes=hashes)
        before = await answers.claim(self.session, question, vault=self.vault, now=self.now)
        if before is not None:
            return _created(before)
        answer = await _written(self.session, make)
        await answers.keep(self.session, question, answer, vault=self.vault)
        return _created(answer)


async def _written(session: AsyncSession, make: Callable[[], Awaitable[BaseModel]]) -> bytes:
    made = await make()
    await session.flush()
    return made.model_dump_json().encode()


def _created(answer: bytes) -> Response:
    return Response(answer, 201, media_type="application/json")


def creation(
    request: Request, parts: Parts, by: By, session: Session, now: Now,
    idempotency_key: Annotated[
        Key | SkipJsonSchema[None],
        Header(
            description="sent again with the same body: done once",
            openapi_examples={"key": {"value": "9c1f5a52-6b1e-4a2e-9a53-0f4c1b7d2e11"}},
        ),
    ] = None,
) -> Creation:  # fmt: skip
    """Return the create that a request asks for."""
    return Creation(session, parts.vault, by.account_id, f"{request.method} {request.url.path}", idempotency_key, now)


Create = Annotated[Creation, Depends(creation)]
