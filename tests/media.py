"""Pictures and sounds for tests, made as anybody's phone makes them."""

import io
import struct
from typing import Any

import av
from PIL import Image

from content.desk import media
from content.desk.media_making import Made
from content.media import ANY_LANGUAGE, Media
from core.clock import utc_now
from core.db import Database
from staff.actors import Role
from tests.desk import find_or_add
from tests.harness import MEDIA


def picture(name: str = "JPEG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, name, **options)
    return written.getvalue()


def sound(name: str = "wav", codec: str = "pcm_s16le", *, seconds: float = 0.3, rate: int = 48_000) -> bytes:
    """Return a sound in a format, with a title in its tags."""
    written = io.BytesIO()
    with av.open(written, "w", format=name) as target:
        target.metadata["title"] = "Rahasia"
        stream: Any = target.add_stream(codec, rate=rate, layout="mono")
        samples = stream.codec_context.frame_size or 1024
        is_whole = stream.codec_context.format.name.startswith("s16")
        for start in range(0, int(seconds * rate), samples):
            frame = av.AudioFrame(format=stream.codec_context.format.name, layout="mono", samples=samples)
            frame.sample_rate, frame.pts, height = rate, start, start % 30_000
            value = struct.pack("<h", height) if is_whole else struct.pack("<f", height / 2**16)
            for plane in frame.planes:
                plane.update(value * (plane.buffer_size // len(value)))
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return written.getvalue()


async def add_media(
    database: Database, upload: bytes, *, alt: str = "Sampul paspor", language: str = ANY_LANGUAGE
) -> Media:
    """Let an editor add a picture or a voice note."""
    made: Made = media.prepare(upload, MEDIA)
    async with database.session() as session:
        editor = await find_or_add(session, "editor", Role.EDITOR, now=utc_now())
        return await media.add(session, made=made, alt=alt, language=language, by=editor, now=utc_now())
