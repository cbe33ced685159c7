"""What the OpenAPI document says of every route: how one signs in, and that every error is a problem (RFC 9457)."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Security
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.security import APIKeyCookie, HTTPBearer
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, compile_path

from api.deps import COOKIE
from api.problems import MEDIA_TYPE, problem_response

IN_A_BROWSER = APIKeyCookie(
    name=COOKIE, scheme_name="cookie", auto_error=False,
    description="The session of a browser that has signed in at the desk. By https its name begins with __Host-. "
    "Writes also need Sec-Fetch-Site: same-origin, which browsers send.",
)  # fmt: skip
WITH_A_TOKEN = HTTPBearer(
    scheme_name="bearer", auto_error=False, description="A personal API token, made at the desk under Account."
)


class FieldProblem(BaseModel):
    """A field of the wrong shape."""

    field: str
    what: str


class FaultProblem(BaseModel):
    """A rule that a text breaks, in which field and line (0: the whole field); of a form, in which question."""

    field: str
    line: int
    what: str


class Problem(BaseModel):
    """An error: `code` is stable, `detail` is for people, in their language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: list[FieldProblem] | None = Field(None, description="with code wrong-shape")
    faults: list[FaultProblem] | None = Field(None, description="with code not-ready or wrong-form")
    newest_id: int | None = Field(None, description="with code conflict: the revision that is newest, of a text")


EXAMPLE = {
    "type": "urn:bekal:not-there", "title": "not-there", "status": 404, "code": "not-there",
    "detail": "There is nothing here (any more).",
}  # fmt: skip
CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": EXAMPLE}}
ON_ERROR: dict[int | str, dict[str, Any]] = {
    "default": {"description": "What was not done, and why", "content": CONTENT}
}


def new_routes(below: str = "", *, tag: str) -> APIRouter:
    """Return a router for a noun of the API: under /v1, for who has signed in either way, its errors documented."""
    signs_in = [Security(IN_A_BROWSER), Security(WITH_A_TOKEN)]
    return APIRouter(prefix=f"/v1{below}", tags=[tag], responses=ON_ERROR, dependencies=signs_in)


def answers(example: Any, *, description: str = "Done", status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return what a route documents of its main answer: an example."""
    return {status: {"description": description, "content": {"application/json": {"example": example}}}}


class DocumentedApp(FastAPI):
    """An app whose OpenAPI document holds the problem schema that every route refers to."""

    def openapi(self) -> dict[str, Any]:
        """Return the document."""
        is_new = self.openapi_schema is None
        document = super().openapi()
        if is_new:
            schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            parts = document["components"]["schemas"]
            parts |= schema.pop("$defs")
            parts["Problem"] = schema
            for route in iter_route_contexts(self.routes):
                _give_whole_examples(document["paths"].get(route.path, {}), route.original_route)
        return document


def _give_whole_examples(documented: dict[str, Any], route: BaseRoute) -> None:
    """Put the examples of answers as they were written: the framework leaves their nulls out."""
    if not isinstance(route, APIRoute):
        return
    for method in route.methods or ():
        for status, answer in route.responses.items():
            if method.lower() in documented and "application/json" in answer.get("content", {}):
                content = documented[method.lower()]["responses"][str(status)]["content"]
                content["application/json"]["example"] = answer["content"]["application/json"]["example"]


async def http_problem(request: Request, error: HTTPException) -> Response:
    """Tell as a problem what the framework found: no such route, method or body."""
    codes = {404: "not-there", 405: "wrong-method", 413: "too-large"}
    code = codes.get(error.status_code, "wrong-request")
    answer = problem_response(error.status_code, code, str(error.detail))
    if error.status_code == 405:  # noqa: PLR2004  method not allowed: RFC 9110 wants all that are
        answer.headers["Allow"] = ", ".join(_methods(request))
    return answer


def _methods(request: Request) -> list[str]:
    """Return the methods of all routes at an address: the framework names those of the first."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.path and compile_path(route.path)[0].match(request.url.path):
            found |= set(route.methods or ())
    return sorted(found)
