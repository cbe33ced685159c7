"""What routes ask for: the open session, who is signed in, the words of their language.

The session is declared with scope="function": it commits before the answer leaves, so that a failing commit is never
told as 200.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from api import carried, proving
from api.origin import SAFE
from api.services import Services
from content.cache import CatalogueCache
from content.catalogue import Catalogue
from core.errors import RuleBroken
from core.i18n import Words, desk_words
from staff import api_tokens, sessions
from staff.accounts import DESK_LANGUAGES, StaffAccount
from staff.actors import Actor, ProofNeeded
from staff.sessions import StaffSession, Waits

COOKIE = "bekal_desk"
SECURE_COOKIE = "__Host-bekal_desk"
LANGUAGE_COOKIE = "bekal_language"


class SignInNeeded(RuleBroken):
    """Nobody is signed in, or not to the end."""

    def __init__(self, waits_for: Waits = Waits.NOTHING) -> None:
        super().__init__("Sign in to go on.")
        self.waits_for = waits_for


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a request comes from: the actor, and for a browser also session and account."""

    actor: Actor
    account: StaffAccount | None = None
    session: StaffSession | None = None


def services_of(request: Request) -> Services:
    """Return the parts that the app was made with."""
    found: Services = request.app.state.services
    return found


Parts = Annotated[Services, Depends(services_of)]


def moment(parts: Parts) -> datetime:
    """Return the present moment, the same all through a request."""
    return parts.clock()


Now = Annotated[datetime, Depends(moment)]


async def open_session(request: Request, parts: Parts) -> AsyncIterator[AsyncSession]:
    """Open the request's session. One that may write commits when the route has returned, and not if it raised.

    A page that only reads takes no lock: the bot's turns never wait for it.
    """
    opened = parts.database.reading_session() if request.method in SAFE else parts.database.session()
    async with opened as session:
        yield session


Session = Annotated[AsyncSession, Depends(open_session, scope="function")]


def cookie_of(request: Request, parts: Services) -> str:
    """Return the token of the browser's session, or nothing."""
    return request.cookies.get(SECURE_COOKIE if parts.is_secure else COOKIE, "")


def address_of(request: Request) -> str:
    """Return the network address that a request came from."""
    return request.client.host if request.client else "unknown"


async def known(request: Request, parts: Services, now: datetime) -> Visitor:
    """Return whose session the browser has, though a code may still be asked; raise SignInNeeded.

    Looks in a transaction of its own that is over at once: what a route then does may open others.
    """
    token = cookie_of(request, parts)
    if not token:
        raise SignInNeeded
    async with parts.database.reading_session() as session:
        found = await sessions.find(session, token=token, may_be_demo=parts.allows_demo, now=now)
    if found is None:
        raise SignInNeeded
    if sessions.is_to_be_noted(found.session, now):
        async with parts.database.session() as session:
            await sessions.note_seen(session, session_id=found.session.id, now=now)
    request.state.language = found.account.language
    visitor = Visitor(found.actor, found.account, found.session)
    request.state.visitor = visitor
    return visitor


async def half_signed_in(request: Request, parts: Parts, now: Now) -> Visitor:
    """Return who gave the right password, though a code may still be asked; raise SignInNeeded, WrongProof, NotAllowed.

    A form that was carried through "Is it you?" brings a proof along: it counts before the route begins. It is taken
    out first: no page of who is signed out by now shows it.
    """
    proof = await carried.take_proof(request)
    visitor = await known(request, parts, now)
    assert visitor.session is not None
    if visitor.session.waits_for != Waits.NOTHING:  # nothing that was sealed for her is opened before her code
        return visitor
    carried.require_writer(request, visitor.actor.account_id, parts.vault)
    if proof is None:
        return visitor
    return await _proved(request, parts, visitor, proof, now)


async def _proved(request: Request, parts: Services, visitor: Visitor, proof: str, now: datetime) -> Visitor:
    """Return the visitor as one who has just proved who she is; a proof that still holds is not asked for again."""
    assert visitor.account and visitor.session  # noqa: PT018
    with suppress(ProofNeeded):  # else a second press would tell that a code counts once
        visitor.actor.require_proof(now)
        return visitor
    try:
        await proving.prove_again(
            parts, account=visitor.account, session_id=visitor.session.id, typed=proof, address=address_of(request),
            now=now,
        )  # fmt: skip
    except RuleBroken as broken:
        raise carried.WrongProof(broken.message, **broken.values) from None
    return replace(visitor, actor=replace(visitor.actor, proved_at=now))


async def signed_in(request: Request, parts: Parts, now: Now) -> Visitor:
    """Return who is signed in to the end, in a browser or with an API token; raise SignInNeeded."""
    bearer = request.headers.get("authorization", "")
    if bearer.startswith("Bearer ") and request.url.path.startswith("/v1/"):  # the pages are for browsers
        token = bearer.removeprefix("Bearer ").strip()
        async with parts.database.reading_session() as session:
            actor = await api_tokens.find_actor(session, token=token, may_be_demo=parts.allows_demo, now=now)
        if actor is None:
            raise SignInNeeded
        request.state.language = actor.language
        return Visitor(actor)
    visitor = await half_signed_in(request, parts, now)
    assert visitor.session is not None
    if visitor.session.waits_for != Waits.NOTHING:
        raise SignInNeeded(Waits(visitor.session.waits_for))
    return visitor


HalfSignedIn = Annotated[Visitor, Depends(half_signed_in)]
SignedIn = Annotated[Visitor, Depends(signed_in)]


def actor_of(visitor: SignedIn) -> Actor:
    """Return who acts."""
    return visitor.actor


By = Annotated[Actor, Depends(actor_of)]


async def live_catalogue(parts: Parts, session: Session) -> Catalogue:
    """Return what readers see now, unverified texts included."""
    cache: CatalogueCache = parts.catalogue
    return await cache.current(await session.connection())


Live = Annotated[Catalogue, Depends(live_catalogue)]


def language_of(request: Request) -> str:
    """Return the language of a page for whom nobody knows: as chosen before, else as the browser says."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in DESK_LANGUAGES:
        return chosen
    wanted = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((code for code in wanted if code in DESK_LANGUAGES), DESK_LANGUAGES[0])


def words_of(request: Request) -> Words:
    """Return the words of a page."""
    return desk_words(getattr(request.state, "language", None) or language_of(request))


DeskWords = Annotated[Words, Depends(words_of)]
