"""Settings and health of the installation. Administrators only. What a watcher without an account asks: /readyz."""

from typing import Annotated

from fastapi import Query

from api.deps import By, DeskWords, Live, Now, Parts, Session
from api.v1 import examples
from api.v1.documentation import answers, new_routes
from api.v1.outputs import Output
from api.v1.translations import YesOrNo
from api.web import health
from core.settings import told
from staff.actors import Role

routes = new_routes("/health", tag="health")


class LookDetail(Output):
    """One thing that was looked at: its name, which never changes, and in words what it is and how it is."""

    name: str
    is_well: bool
    what: str
    told: str


class SettingDetail(Output):
    """One setting; a secret only tells whether it is set."""

    name: str
    value: str
    is_secret: bool
    is_set: bool


class HealthDetail(Output):
    """How the installation does. `sealed`: entries of the audit log; `is_proved`: `audit` is among the looks."""

    is_well: bool
    looks: list[LookDetail]
    sealed: int
    is_proved: bool
    versions: dict[str, str]
    settings: list[SettingDetail]


@routes.get("", summary="Tell how the installation does", responses=answers(examples.HEALTH))
async def show(
    by: By, parts: Parts, session: Session, live: Live, words: DeskWords, now: Now,
    prove: Annotated[bool, YesOrNo, Query(description="a long audit log's chain too; this takes a while")] = False,
) -> HealthDetail:  # fmt: skip
    """Tell what is well and what is not, the versions, and the settings without their secrets."""
    by.require(Role.ADMINISTRATOR)
    found = await health.look(parts, session, live, words, now, prove=prove)
    return HealthDetail(
        is_well=all(look.is_well for look in found.looks),
        looks=[LookDetail.model_validate(look) for look in found.looks], sealed=found.sealed,
        is_proved=found.is_proved, versions=found.versions,
        settings=[SettingDetail.model_validate(setting) for setting in told(parts.settings)],
    )  # fmt: skip
