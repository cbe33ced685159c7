"""The JSON API: everything that the desk can do, under /v1."""

from fastapi import APIRouter

routes = APIRouter(prefix="/v1")
