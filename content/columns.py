"""A column type that content tables share."""

from typing import Annotated

from sqlalchemy import String
from sqlalchemy.orm import mapped_column

# "pack" or "desk": who changed a row last that has no revisions. An import leaves the desk's rows alone.
RowOrigin = Annotated[str, mapped_column(String(8), server_default="pack")]
