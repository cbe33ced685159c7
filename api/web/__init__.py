"""The desk's pages: one module a noun, named as in the domain. Templates and static files lie beside them."""

from pathlib import Path

from fastapi import APIRouter

from api.web import account, articles, audit, contacts, facts, health, home, review, sign_in, staff, synonyms, topics

STATIC = Path(__file__).resolve().parent / "static"
routes = APIRouter(include_in_schema=False)
for module in (sign_in, account, home, review, articles, facts, contacts, topics, synonyms, staff, audit, health):
    routes.include_router(module.routes)
