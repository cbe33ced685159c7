"""The live content in memory, as one worker holds it: never staler than one look at the version."""

from sqlalchemy.ext.asyncio import AsyncConnection

from content.catalogue import Catalogue, load_catalogue
from content.seals import Seals
from content.versions import current_version
from core.clock import Clock, today_at


class CatalogueCache:
    """Gives the live catalogue, loading it anew when its version or the day (in Indonesia's west) has moved on."""

    def __init__(self, *, clock: Clock, show_unverified: bool, seals: Seals) -> None:
        self._clock = clock
        self._show_unverified = show_unverified
        self._seals = seals
        self._catalogue: Catalogue | None = None

    @property
    def held(self) -> Catalogue | None:
        """The catalogue that was current last, without a look at the database."""
        return self._catalogue

    async def current(self, connection: AsyncConnection) -> Catalogue:
        """Return the catalogue as it stands in the open transaction."""
        version, today = await current_version(connection), today_at(self._clock())
        held = self._catalogue
        if held is None or (held.version, held.today) != (version, today):
            held = await load_catalogue(
                connection, today=today, show_unverified=self._show_unverified, seals=self._seals
            )
            self._catalogue = held
        return held
