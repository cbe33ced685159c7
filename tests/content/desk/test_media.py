"""Pictures and voice notes: what becomes of an upload, and what an approval of a text covers."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image, ImageCms, PngImagePlugin
from sqlalchemy import select

from content import screens
from content.bodies import without_media
from content.catalogue import load_catalogue
from content.desk import going_live, media_making
from content.desk.media_making import AIMED_BYTES, LONG_SIDE, MOST_SECONDS, MOST_UPLOAD_BYTES, WrongMedia, make
from content.desk.rules import NotReady
from content.media import MediaKind, key_of
from content.media_files import MediaFiles
from content.pack import read_pack
from content.pack_files import PackError
from content.revisions import Entry, EntryKind, Revision
from core.clock import utc_now
from core.db import Database
from staff.actors import Role
from tests.desk import find_or_add, rewrite_at_desk
from tests.harness import MEDIA, SEALS
from tests.media import add_media, picture, sound

SECRET = b"Rahasia"


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def with_place() -> bytes:
    """Return a JPEG as a phone makes it: turned on its side, with place, maker, XMP, a comment and a profile."""
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 31.0)
    written = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image.save(written, "JPEG", exif=exif, comment=SECRET, icc_profile=profile, xmp=b"<x:xmpmeta>" + SECRET)
    return written.getvalue()


def test_a_picture_stands_upright_and_tells_nothing_of_its_maker() -> None:
    upload = with_place()
    assert SECRET in upload
    assert opened(upload).getexif().get_ifd(0x8825)

    made = make(upload)

    clean = opened(made.content)
    assert (clean.size, made.width, made.height) == ((20, 40), 20, 40)
    assert clean.convert("RGB").getpixel((10, 5))[2] > 200, "the blue half came on top"  # type: ignore[index]
    assert not clean.getexif()
    assert {"exif", "icc_profile", "comment", "xmp", "photoshop"} & clean.info.keys() == set()
    assert SECRET not in made.content


def test_texts_in_a_png_go_and_what_is_transparent_becomes_white() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", SECRET.decode())
    told.add_itxt("Comment", SECRET.decode() * 50, zip=True)
    written = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(written, "PNG", pnginfo=told)

    made = make(written.getvalue())

    assert "Author" not in opened(made.content).info
    assert SECRET not in made.content
    assert opened(made.content).convert("RGB").getpixel((1, 1)) == (255, 255, 255)


def test_a_photo_becomes_a_small_jpeg_and_a_drawing_a_smaller_png() -> None:
    photo = Image.effect_noise((1900, 1000), 20).convert("RGB").resize((2400, 1300))
    written = io.BytesIO()
    photo.save(written, "JPEG", quality=95)
    drawing = Image.new("RGB", (1600, 1600), "white")
    for at in range(0, 1600, 40):
        drawing.paste("black", (at, 0, at + 20, at + 20))
    sketched = io.BytesIO()
    drawing.save(sketched, "PNG")

    first, second = make(written.getvalue()), make(sketched.getvalue())

    assert (first.kind, first.mime_type, first.width) == (MediaKind.PICTURE, "image/jpeg", LONG_SIDE)
    assert opened(first.content).info["progressive"]
    assert (second.mime_type, second.width) == ("image/png", LONG_SIDE)
    assert len(second.content) < AIMED_BYTES


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it is so large, with next to nothing in it."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(100)))]
    chunks = [struct.pack(">I", len(c)) + kind + c + struct.pack(">I", zlib.crc32(kind + c)) for kind, c in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        (png_of(60_000, 60_000), "too many pixels"),
        (png_of(400, 400), "damaged"),
        (picture(size=(900, 700))[:-400], "damaged"),
        (picture("PNG")[:60], "damaged"),
        (picture(size=(420, 20)), "long and narrow"),
        (picture("GIF"), "neither a picture"),
        (b"%PDF-1.7", "neither a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a picture"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "neither a picture"),
        (b"", "neither a picture"),
        (b"\xff", "neither a picture"),
        (b"RIFF\x00\x00\x00\x00WAVE", "damaged"),
        (b"OggS" + bytes(400), "damaged"),
        (b"\x00\x00\x00\x18ftypM4A " + bytes(90), "damaged"),
        (b"\xff\xd8\xff" + bytes(MOST_UPLOAD_BYTES), "at most 10 MB"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(upload: bytes, told: str) -> None:
    with pytest.raises(WrongMedia, match=told):
        make(upload)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [("wav", "pcm_s16le", 44_100), ("mp3", "libmp3lame", 44_100), ("ipod", "aac", 44_100), ("ogg", "libopus", 48_000)],
)
def test_a_sound_becomes_a_voice_note_without_tags(name: str, codec: str, rate: int) -> None:
    upload = sound(name, codec, seconds=2, rate=rate)
    assert SECRET in upload

    made = make(upload)

    assert (made.kind, made.mime_type, made.seconds) == (MediaKind.VOICE, "audio/ogg", 2)
    assert SECRET not in made.content
    assert len(made.content) < 8000
    assert make(upload).sha256 == made.sha256
    with av.open(io.BytesIO(made.content)) as note:
        [stream] = note.streams
        assert (stream.codec_context.name, stream.codec_context.sample_rate) == ("opus", 48_000)  # type: ignore[attr-defined]
        assert stream.codec_context.layout.nb_channels == 1  # type: ignore[attr-defined]
        assert not set(note.metadata) | set(stream.metadata) - {"encoder"}


def test_a_sound_is_at_most_five_minutes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_SECONDS == 300
    monkeypatch.setattr(media_making, "MOST_SECONDS", 1)
    with pytest.raises(WrongMedia, match="too long"):
        make(sound(seconds=1.2))


def test_files_lie_by_their_hash_and_an_altered_one_is_not_given() -> None:
    sha256 = MEDIA.store(b"bytes")
    assert (MEDIA.read(sha256), MEDIA.store(b"bytes")) == (b"bytes", sha256)
    path = MEDIA._path(sha256)
    assert path.parent.name + path.name == sha256
    assert [file for file in path.parent.iterdir() if file.name.startswith(path.name)] == [path]
    path.write_bytes(b"other")
    assert MEDIA.read(sha256) is None
    MEDIA.store(b"bytes")
    assert MEDIA.read(sha256) == b"bytes"
    assert MediaFiles(path).read("../../etc/passwd") is None


def test_other_bytes_or_other_words_have_another_key() -> None:
    told = {"sha256": "a" * 64, "kind": "picture", "language": "id", "alt": "Paspor"}
    changed = [told | {name: value + "x"} for name, value in told.items()]
    assert len({key_of(**one) for one in [told, *changed]}) == 5


def test_a_reference_leaves_nothing_in_the_text() -> None:
    line = "{{media:" + "a" * 32 + "}}"
    assert without_media(f"Satu.\n{line}\n\nDua {line}.\n{line}") == "Satu.\n\nDua ."


def test_a_pack_may_refer_to_media_that_it_does_not_hold(write_pack: Callable[..., Path]) -> None:
    for key, is_fine in (("a" * 32, True), ("the-picture", False)):
        folder = write_pack({"work/the-cost.id.html": ("Telepon 📞:", f"{{{{media:{key}}}}}\nTelepon 📞:")})
        if is_fine:
            assert read_pack(folder).articles
        else:
            with pytest.raises(PackError, match="no number of 32 digits"):
                read_pack(folder)


LIVE = (Entry.slug == "washing-hands") & (Revision.entry_id == Entry.id)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_text_shows_only_what_is_there_and_speaks_its_language(stocked: Database) -> None:
    javanese = await add_media(stocked, sound(), alt="Rungokna", language="jv")
    any_language = await add_media(stocked, picture())
    unknown = "0" * 32
    for key in (javanese.key, unknown):
        with pytest.raises(NotReady) as refused:
            await rewrite_at_desk(
                stocked, LIVE & (Revision.language == "id"), now=utc_now(), body=f"A.\n{{{{media:{key}}}}}"
            )
        assert [
            (fault.line, "picture or voice note cannot be shown" in fault.message) for fault in refused.value.faults
        ] == [(2, True)]
    with pytest.raises(NotReady):
        await rewrite_at_desk(
            stocked, LIVE & (Revision.language == "id"), now=utc_now(), body=f"{{{{media:{any_language.key}}}}}"
        )
    in_javanese = LIVE & (Revision.language == "jv")
    async with stocked.reading_session() as session:
        body = (await session.scalars(select(Revision.body).join(Entry, LIVE).where(in_javanese))).one()
    await rewrite_at_desk(stocked, in_javanese, now=utc_now(), body=f"{body}\n{{{{media:{javanese.key}}}}}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_no_reader_may_read_brings_no_picture(stocked: Database) -> None:
    shown = await add_media(stocked, picture())
    await rewrite_at_desk(
        stocked, LIVE & (Revision.language == "id"), now=utc_now(), body=f"Sabun.\n{{{{media:{shown.key}}}}}"
    )
    assert await brought(stocked, shown.key) == "Sampul paspor"
    async with stocked.session() as session:
        editor = await find_or_add(session, "editor", Role.EDITOR, now=utc_now())
        await going_live.retract(
            session, kind=EntryKind.ARTICLE, slug="washing-hands", language="id", reason="Salah", by=editor,
            now=utc_now(),
        )  # fmt: skip
    assert await brought(stocked, shown.key) is None


async def brought(database: Database, key: str) -> str | None:
    """Return the words under what a tap brings to readers who get only what is verified."""
    async with database.reading() as connection:
        catalogue = await load_catalogue(connection, today=utc_now().date(), show_unverified=False, seals=SEALS)
    reply = screens.media(catalogue, key)
    return reply.body.text if reply else None
