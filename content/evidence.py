"""Evidence: the numbered statements of the fact dossiers that texts rest on. Readers never see it, editors do."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from content.columns import RowOrigin
from core.columns import Id
from core.db import Base


class Evidence(Base):
    """One statement, as its dossier numbers it. `date` is as its source tells it, and may be no date at all.

    `check`: the dossier wants it looked at again before anybody relies on it.
    """

    __tablename__ = "evidence"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    claim: Mapped[str]
    source: Mapped[str]
    date: Mapped[str]
    confidence: Mapped[str]
    check: Mapped[bool]
    origin: Mapped[RowOrigin]
