"""A wire before PostgreSQL that a test can cut: at once, or after a COMMIT whose answer is then lost."""

import asyncio
from contextlib import suppress

from sqlalchemy import make_url


class Wire:
    """Forwards connections to a server while it is up."""

    def __init__(self, server_url: str) -> None:
        self._target = make_url(server_url)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._port = 0
        self.loses_next_commit = False
        self.is_silent = False

    @property
    def url(self) -> str:
        return self._target.set(host="127.0.0.1", port=self._port, query={}).render_as_string(hide_password=False)

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        socket_folder = self._target.query.get("host")
        if isinstance(socket_folder, str):
            server_reader, server_writer = await asyncio.open_unix_connection(f"{socket_folder}/.s.PGSQL.5432")
        else:
            host, port = self._target.host or "127.0.0.1", self._target.port or 5432
            server_reader, server_writer = await asyncio.open_connection(host, port)
        self._writers |= {writer, server_writer}
        await asyncio.gather(
            self._ask(reader, server_writer, writer), self._answer(server_reader, writer), return_exceptions=True
        )
        self._writers -= {writer, server_writer}

    async def _ask(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while asked := await reader.read(65536):
                while self.is_silent:  # noqa: ASYNC110  a test switches it
                    await asyncio.sleep(0.05)
                if self.loses_next_commit and b"COMMIT" in asked:
                    self.loses_next_commit = False
                    client.transport.abort()
                server.write(asked)
                await server.drain()
        server.close()

    async def _answer(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while answer := await reader.read(65536):
                client.write(answer)
                await client.drain()
        client.close()
