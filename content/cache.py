"""The live content in memory, as one worker holds it: never staler than one look at the version."""

from sqlalchemy.ext.asyncio import AsyncConnection

from content.catalogue import Catalogue, load_catalogue
from content.versions import current_version


class CatalogueCache:
    """Gives the live catalogue, loading it anew when its version has moved on."""

    def __init__(self, *, show_unverified: bool) -> None:
        self._show_unverified = show_unverified
        self._catalogue: Catalogue | None = None

    @property
    def held(self) -> Catalogue | None:
        """The catalogue that was current last, without a look at the database."""
        return self._catalogue

    async def current(self, connection: AsyncConnection) -> Catalogue:
        """Return the catalogue as it stands in the open transaction."""
        version = await current_version(connection)
        if self._catalogue is None or self._catalogue.version != version:
            self._catalogue = await load_catalogue(connection, show_unverified=self._show_unverified)
        return self._catalogue
