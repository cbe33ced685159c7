"""What the JSON API takes and gives of pictures and voice notes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from api.v1.inputs import OF_OURS, Input, Name
from api.v1.outputs import Output, Usage, usages
from content.desk.usage import Use
from content.media import Media

MOST_BASE64 = 13_400_000  # letters: 10 MB
BASE64 = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
Language = Annotated[str, StringConstraints(pattern=rf"^({OF_OURS}|\*)$", max_length=8)]


class MediaWords(Input):
    """What is to be seen or heard, as it stands below, and in which language; "*": in none, or for all."""

    alt: Name
    language: Language


class NewMedia(MediaWords):
    """A file in base64, and its words."""

    content: Annotated[str, StringConstraints(pattern=BASE64, max_length=MOST_BASE64)]


class MediaDetail(Output):
    """A picture or a voice note. `used_in` is told of one alone, not in lists."""

    key: str
    kind: str
    mime_type: str
    language: str
    alt: str
    width: int | None
    height: int | None
    seconds: int | None
    size_bytes: int
    sha256: str
    created_at: datetime
    retired_at: datetime | None
    used_in: list[Usage] | None = None


class MediaContent(Output):
    """The bytes that readers get, in base64."""

    mime_type: str
    content: str


def shown(row: Media, used_in: Sequence[Use] | None = None) -> MediaDetail:
    """Return a picture or a voice note, and what shows it if that was asked."""
    detail = MediaDetail.model_validate(row)
    return detail if used_in is None else detail.model_copy(update={"used_in": usages(list(used_in))})
