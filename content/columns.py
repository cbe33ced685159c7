"""Column types that every content table shares."""

from typing import Annotated

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import mapped_column

BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only in a column it calls INTEGER
Id = Annotated[int, mapped_column(BIG, primary_key=True, autoincrement=True)]
Slug = Annotated[str, mapped_column(unique=True)]
# "pack" or "desk": who changed a row last that has no revisions. An import leaves the desk's rows alone.
RowOrigin = Annotated[str, mapped_column(String(8), server_default="pack")]
