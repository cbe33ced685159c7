"""The FastAPI app: every address of Bekal's own that is not the webhook."""

from collections.abc import Callable

from fastapi import FastAPI

from api import health
from core.db import Database


def create_app(database: Database, *, bot_state: Callable[[], health.BotState]) -> FastAPI:
    """Make the app. `bot_state` tells how the bot in this process is doing."""
    # The interactive page of FastAPI fetches scripts from elsewhere: it stays off until ours are shipped.
    app = FastAPI(title="Bekal", openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None)
    app.include_router(health.router(database, bot_state))
    return app
