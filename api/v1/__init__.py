"""The JSON API: what the desk can do, under /v1. One module a noun, named as in the domain.

What is left out, and why: docs/decisions/0011-api.md.
"""

from fastapi import APIRouter, Security

from api.v1 import (
    account,
    articles,
    audit,
    board,
    contacts,
    facts,
    figures,
    forms,
    health,
    links,
    media,
    programmes,
    registration_entries,
    registration_exports,
    registration_steps,
    registrations,
    review,
    sources,
    staff,
    synonyms,
    texts,
    topics,
    translations,
    unanswered,
)
from api.v1.documentation import IN_A_BROWSER, ON_ERROR, WITH_A_TOKEN

routes = APIRouter(
    prefix="/v1", responses=ON_ERROR, dependencies=[Security(IN_A_BROWSER), Security(WITH_A_TOKEN)],
)  # fmt: skip
for module in (
    articles,
    texts,
    facts,
    contacts,
    topics,
    review,
    sources,
    synonyms,
    unanswered,
    figures,
    links,
    media,
    programmes,
    forms,
    registration_exports,
    registration_entries,
    registrations,
    registration_steps,
    board,
    health,
    translations,
    staff,
    audit,
    account,
):
    routes.include_router(module.routes)
