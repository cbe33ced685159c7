"""Taking an upload in: made into what is sent before any transaction begins. On SQLite a write holds the only lock.

A route names what depends on this before its session: FastAPI resolves what a route asks for in that order.
"""

import asyncio

from api.services import Services
from content.desk import media
from content.desk.media_making import Made
from staff.actors import Actor


async def prepared(parts: Services, content: bytes, *, alt: str, language: str, by: Actor) -> Made:
    """Make of an upload what is sent, one at a time: a large picture takes 200 MB; raise WrongMedia, NotAllowed."""
    media.require_adder(by, language)
    media.checked_words(alt, language)
    async with parts.media_making:
        return await asyncio.to_thread(media.prepare, content, parts.media)
