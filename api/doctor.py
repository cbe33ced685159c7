"""`./bekal doctor`: what an operator should know, each with what to do about it."""

from dataclasses import dataclass

from content.catalogue import load_catalogue
from core.clock import utc_now
from core.db import Database, DatabaseAway
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. What is not well tells how to mend it."""

    is_well: bool
    what: str

    def __str__(self) -> str:
        return f"{'ok     ' if self.is_well else 'look   '}{self.what}"


async def findings(settings: Settings, database: Database) -> list[Finding]:
    """Look at key, database and content."""
    found = [_key(settings)]
    try:
        hidden = await what_is_hidden(settings, database)
    except DatabaseAway as error:
        return [*found, Finding(False, f"The database cannot be used ({error}): check BEKAL_DATABASE_URL.")]
    found.append(Finding(True, "The database answers."))
    return [*found, *(hidden or [Finding(True, "Every live text is shown.")])]


def _key(settings: Settings) -> Finding:
    if settings.data_key is not None:
        return Finding(True, "The data key comes from BEKAL_DATA_KEY.")
    beside = settings.data_dir / "data.key"
    return Finding(
        False,
        f"The data key lies beside the data ({beside}): whoever copies the folder can read all. "
        "Move it to BEKAL_DATA_KEY.",
    )


async def what_is_hidden(settings: Settings, database: Database) -> list[Finding]:
    """Tell how many articles readers do not see, since nobody has verified them, and how to change it."""
    if settings.show_unverified:
        return []
    async with database.reading() as connection:
        shown = await load_catalogue(connection, today=utc_now().date(), show_unverified=False)
    if not shown.is_any_hidden:
        return []
    every = shown.hidden_count + len(shown.articles)
    sentence = (
        f"{shown.hidden_count} of {every} articles are not verified yet and not shown: "
        "BEKAL_SHOW_UNVERIFIED=yes shows them, marked."
    )
    return [Finding(False, sentence)]
