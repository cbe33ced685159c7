"""Articles: where they stand and whom they are for. Their texts are revisions: content/revisions.py."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from content.columns import RowOrigin
from core.columns import BIG
from core.db import Base


class Article(Base):
    """What all languages of an article share. Its slug is its entry's. An empty audience list means everybody.

    `missing` are the languages in which it is known to be lacking.
    """

    __tablename__ = "article"

    id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"), primary_key=True, autoincrement=False)
    topic_id: Mapped[int] = mapped_column(BIG, ForeignKey("topic.id"), index=True)
    position: Mapped[int]
    stages: Mapped[list[str]] = mapped_column(JSON)
    countries: Mapped[list[str]] = mapped_column(JSON)
    provinces: Mapped[list[str]] = mapped_column(JSON)
    sensitivity: Mapped[str]
    owner: Mapped[str]
    related: Mapped[list[str]] = mapped_column(JSON)
    tags: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    missing: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    retired_at: Mapped[datetime | None]
    origin: Mapped[RowOrigin]
