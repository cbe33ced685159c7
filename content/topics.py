"""Topics: the tree that the menu shows."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from content.columns import RowOrigin
from core.columns import BIG, Id, Slug
from core.db import Base


class Topic(Base):
    """A place in the menu. Top topics have no parent; a retired one is no longer shown."""

    __tablename__ = "topic"

    id: Mapped[Id]
    slug: Mapped[Slug]
    parent_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("topic.id"))
    position: Mapped[int]
    icon: Mapped[str]
    retired_at: Mapped[datetime | None]
    origin: Mapped[RowOrigin]


class TopicTitle(Base):
    """A topic's title in one language."""

    __tablename__ = "topic_title"

    topic_id: Mapped[int] = mapped_column(BIG, ForeignKey("topic.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
