"""The audit log. Administrators only."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, BeforeValidator
from pydantic.json_schema import SkipJsonSchema

from api.deps import By, Session
from api.v1 import examples, outputs, paging
from api.v1.documentation import answers, new_routes
from api.v1.inputs import moment_only
from api.v1.outputs import AuditRow
from api.v1.paging import Asking, Page
from staff import audit

routes = new_routes("/audit", tag="audit")
NAME = r"^[A-Za-z0-9:._-]*$"
When = Annotated[AwareDatetime | SkipJsonSchema[None], Query(), BeforeValidator(moment_only)]


@routes.get("", summary="List what was done", responses=answers(examples.AUDIT_PAGE))
async def show_list(
    by: By, session: Session, asking: Asking,
    actor: Annotated[str, Query(max_length=32, pattern=r"^[0-9a-z]*$", description="an account")] = "",
    action: Annotated[str, Query(max_length=40, pattern=NAME, description="text.approve, role.give …")] = "",
    subject: Annotated[str, Query(max_length=100, pattern=NAME, description="article:passport-held …")] = "",
    since: When = None, until: When = None,
) -> Page[AuditRow]:  # fmt: skip
    """List the entries, the newest first."""
    rows = await audit.listed(
        session, by=by, actor_id=actor, action=action, subjects=[subject] if subject else None, since=since,
        until=until, before=asking.before, limit=asking.limit + 1,
    )  # fmt: skip
    return paging.page(rows, asking, id_of=lambda row: row.id, shown=outputs.audit_row)
