"""/healthz: the process lives. /readyz: it can do its work. /metrics: how much of it."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from api.deps import Parts
from core.db import Database, DatabaseAway

OUTBOX_TOO_OLD_SECONDS = 120.0


routes = APIRouter(tags=["health"])


@routes.get("/healthz")
async def healthz() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "alive"}


@routes.get("/readyz")
async def readyz(parts: Parts, response: Response) -> dict[str, object]:
    """Tell whether the database answers, messages leave, and the webhook stands; 503 if not."""
    state = parts.bot_state()
    checks = {
        "database": await _database_answers(parts.database),
        "outbox": state.outbox_age_seconds <= OUTBOX_TOO_OLD_SECONDS,
    }
    if state.updates_by == "webhook":
        checks["webhook"] = state.webhook_error is None
    ready = all(checks.values())
    response.status_code = 200 if ready else 503
    return {
        "status": "ready" if ready else "not ready",
        **checks,
        "outbox_age_seconds": round(state.outbox_age_seconds, 1),
        "updates_by": state.updates_by,
        "webhook_error": state.webhook_error,
    }


@routes.get("/metrics")
async def metrics() -> Response:
    """Give Prometheus its figures."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _database_answers(database: Database) -> bool:
    try:
        async with database.reading() as connection:
            await connection.execute(text("SELECT 1"))
    except DatabaseAway:
        return False
    return True
