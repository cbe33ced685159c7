"""Facts: values that change, like a fee or a deadline. They live once and texts refer to them: {{fact:slug}}."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from content.columns import BIG, RowOrigin
from core.db import Base


class Fact(Base):
    """What kind of value a fact is (fee, amount, date, duration, rule). The value is its revisions' body."""

    __tablename__ = "fact"

    id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str]
    origin: Mapped[RowOrigin]
