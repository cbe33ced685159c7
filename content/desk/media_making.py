"""Turning an upload into what is kept and sent: small, in one format, without anything that tells of its maker.

Pictures: at most 1280 px, sRGB, JPEG or PNG, no metadata.  Voice: mono Ogg/Opus, no metadata.
An upload is told by its first bytes, never by its name, and is opened by the reader for just that format: others read
formats that name further files.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from PIL import Image, ImageCms, ImageOps

from content.media import MediaKind
from core.errors import RuleBroken

MOST_UPLOAD_BYTES = 10_000_000
SHORTEST_BYTES = 12  # what tells a format
MOST_PIXELS = 40_000_000
LONG_SIDE = 1280
MOST_ELONGATED = 20  # https://core.telegram.org/bots/api#sendphoto
AIMED_BYTES = 150_000
QUALITIES = (80, 72, 64, 56)
MUCH_SMALLER = 0.7  # a drawing stays PNG where that takes less than so much of the JPEG
MOST_SECONDS = 300
RATE = 48_000
BITS_A_SECOND = 24_000
OPUS_FRAME = 960  # samples: 20 ms, which the codec works in

Image.MAX_IMAGE_PIXELS = None  # we look ourselves, before anything is unpacked


class WrongMedia(RuleBroken):
    """An upload is none of what can be shown, or too large, too long, or damaged."""


class WrongWords(WrongMedia):
    """What is said of an upload is missing, too long, or in no language of ours."""


@dataclass(frozen=True, slots=True)
class Made:
    """What is kept of an upload."""

    content: bytes
    kind: MediaKind
    mime_type: str
    width: int | None = None
    height: int | None = None
    seconds: int | None = None

    @property
    def sha256(self) -> str:
        """The hash by which the bytes are kept."""
        return hashlib.sha256(self.content).hexdigest()


def make(upload: bytes) -> Made:
    """Make a picture or a voice note of an upload; raise WrongMedia. Takes up to some seconds and 200 MB."""
    if len(upload) > MOST_UPLOAD_BYTES:
        raise WrongMedia("This file is too large: at most 10 MB.")
    if name := _picture_format(upload):
        return _picture(upload, name)
    if name := _audio_format(upload):
        return _voice(upload, name)
    raise WrongMedia("This is neither a picture (JPEG, PNG, WebP) nor a recording (MP3, M4A, WAV, OGG).")


def _picture_format(upload: bytes) -> str:
    if upload.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if upload.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if upload[:4] == b"RIFF" and upload[8:12] == b"WEBP" else ""


def _audio_format(upload: bytes) -> str:
    if len(upload) < SHORTEST_BYTES:
        return ""
    if upload[:4] == b"RIFF" and upload[8:12] == b"WAVE":
        return "wav"
    if upload.startswith(b"OggS"):
        return "ogg"
    if upload[4:8] == b"ftyp":
        return "mov"
    first, second = upload[0], upload[1]  # of a frame 11 bits are set, and the layer is not 0
    is_frame = first == 0xFF and second >= 0xE0 and second & 0b110 != 0  # noqa: PLR2004
    return "mp3" if upload.startswith(b"ID3") or is_frame else ""


# Pictures


def _picture(upload: bytes, name: str) -> Made:
    try:
        clean = _clean(upload, name)
    except RuleBroken:
        raise
    except Exception as error:  # whatever a reader stumbles over in bytes that anybody may have made
        raise WrongMedia("This picture is damaged: it cannot be read to its end.") from error
    content, mime_type = _smallest(clean)
    return Made(content, MediaKind.PICTURE, mime_type, width=clean.width, height=clean.height)


def _clean(upload: bytes, name: str) -> Image.Image:
    """Return only the pixels, the right way up, in sRGB on white, and not too many."""
    with Image.open(io.BytesIO(upload), formats=(name,)) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise WrongMedia("This picture has too many pixels: at most 40 million.")
        if max(width, height) > MOST_ELONGATED * min(width, height):
            raise WrongMedia("This picture is too long and narrow for a phone.")
        opened.draft(None, (LONG_SIDE, LONG_SIDE))  # a JPEG is unpacked no larger than needed
        opened.load()
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
        pixels = _on_white(_in_srgb(upright, opened.info.get("icc_profile")))
    clean = Image.new("RGB", pixels.size)
    clean.paste(pixels)
    return clean


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return picture
    target = ImageCms.createProfile("sRGB")
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, target, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError):
        return picture  # a profile that says nothing: the colours are taken as they stand


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")


def _smallest(clean: Image.Image) -> tuple[bytes, str]:
    for quality in QUALITIES:
        jpeg = _saved(clean, "JPEG", quality=quality, progressive=True, optimize=True)
        if len(jpeg) <= AIMED_BYTES:
            break
    drawing = clean
    if clean.getcolors(256) is not None:
        drawing = clean.quantize(256, dither=Image.Dither.NONE)  # no more colours than that: none is lost
    png = _saved(drawing, "PNG", optimize=True)
    return (png, "image/png") if len(png) < MUCH_SMALLER * len(jpeg) else (jpeg, "image/jpeg")


def _saved(picture: Image.Image, name: str, **options: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, name, **options)
    return written.getvalue()


# Voice


def _voice(upload: bytes, name: str) -> Made:
    try:
        content, samples = _encoded(upload, name)
    except RuleBroken:
        raise
    except Exception as error:  # as for pictures
        raise WrongMedia("This recording is damaged: it cannot be read to its end.") from error
    return Made(content, MediaKind.VOICE, "audio/ogg", seconds=max(1, round(samples / RATE)))


def _encoded(upload: bytes, name: str) -> tuple[bytes, int]:
    """Return the sound as Ogg/Opus, and its length in samples. Only the sound is taken: no picture, no tag."""
    written, samples = io.BytesIO(), 0
    with av.open(io.BytesIO(upload), "r", format=name, metadata_errors="ignore") as source:
        if not source.streams.audio:
            raise WrongMedia("There is no sound in this file.")
        # bitexact: no name of a program, no number by chance: the same sound is the same file
        with av.open(written, "w", format="ogg", options={"fflags": "+bitexact"}) as target:
            stream = target.add_stream("libopus", rate=RATE, layout="mono", options={"vbr": "constrained"})
            stream.codec_context.bit_rate = BITS_A_SECOND
            for frame in _resampled(source):
                samples += frame.samples
                if samples > MOST_SECONDS * RATE:
                    raise WrongMedia("This recording is too long: at most 5 minutes.")
                target.mux(stream.encode(frame))
            if not samples:
                raise WrongMedia("There is no sound in this file.")
            target.mux(stream.encode(None))
    return written.getvalue(), samples


def _resampled(source: InputContainer) -> Iterator[AudioFrame]:
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=OPUS_FRAME)
    for frame in source.decode(audio=0):
        frame.pts = None  # what a broken clock says: the sound goes on where it stopped
        yield from resampler.resample(frame)
    yield from resampler.resample(None)
