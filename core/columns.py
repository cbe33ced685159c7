"""Column types that tables of every layer share."""

from typing import Annotated

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import mapped_column

BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only in a column it calls INTEGER
Id = Annotated[int, mapped_column(BIG, primary_key=True, autoincrement=True)]
Slug = Annotated[str, mapped_column(unique=True)]
