"""The staff: accounts, invitations, roles. Administrators only."""

from typing import Annotated

from fastapi import Query
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response

from api.deps import By, Now, Parts, Session
from api.services import Services
from api.v1 import examples, inputs, outputs, paging
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import AccountPath, Nothing, NumberPath
from api.v1.outputs import GrantDetail, Invited, Link, MemberDetail, PolicyDetail
from api.v1.paging import Asking, Page
from content.desk.rules import NotThere
from content.programmes import note_role
from staff import grants, invitations, team
from staff.actors import Role
from staff.team import Member

routes = new_routes("/staff", tag="staff")
A_MEMBER = "/{account_id}"


@routes.get("", summary="List the staff", responses=answers(examples.MEMBER_PAGE))
async def show_list(
    by: By, session: Session, asking: Asking,
    search: Annotated[str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in names and addresses")] = "",
    role: Annotated[Role | SkipJsonSchema[None], Query()] = None,
) -> Page[MemberDetail]:  # fmt: skip
    """List the accounts by id."""
    rows = await team.members_after(session, by=by, search=search, role=role, after=asking.last, limit=asking.limit + 1)
    return paging.page(rows, asking, id_of=lambda row: row.account.id, shown=_member)


def _member(row: Member) -> MemberDetail:
    return outputs.member(row.account, row.roles)


@routes.post(
    "", status_code=201, summary="Invite a person", response_model=Invited,
    responses=answers(examples.INVITED, status=201),
)  # fmt: skip
async def invite(
    parts: Parts, by: By, session: Session, now: Now, create: Create,
    body: Annotated[inputs.Invitation, examples.INVITATION],
) -> Response:  # fmt: skip
    """Add an account without a role, and return the link with which its owner sets a password, once."""

    async def make() -> Invited:
        account, token = await invitations.invite(
            session, email=body.email, name=body.name, language=body.language, by=by, now=now
        )
        return Invited(member=outputs.member(account, ()), link=_link(parts, token))

    return await create.once(body, make)


def _link(parts: Services, token: str) -> str:
    return f"{parts.public_url.rstrip('/')}/invitation/{token}"


@routes.get("/policy", summary="Get what is asked of everybody", responses=answers(examples.POLICY))
async def show_policy(by: By, session: Session) -> PolicyDetail:
    """Return whether everybody needs an app that gives codes."""
    by.require(Role.ADMINISTRATOR)
    return PolicyDetail(must_have_code=await team.must_have_code(session))


@routes.put("/policy", summary="Set what is asked of everybody", responses=answers(examples.POLICY))
async def set_policy(
    by: By, session: Session, now: Now, body: Annotated[inputs.Policy, examples.POLICY_FIELDS]
) -> PolicyDetail:
    """Ask everybody for a code, or leave it to each."""
    await team.require_code(session, is_required=body.must_have_code, by=by, now=now)
    return PolicyDetail(must_have_code=body.must_have_code)


@routes.get(A_MEMBER, summary="Get an account", responses=answers(examples.MEMBER))
async def show(by: By, session: Session, account_id: AccountPath) -> MemberDetail:
    """Return one account."""
    return _member(await team.member(session, account_id=account_id, by=by))


@routes.post(
    A_MEMBER + "/invitation", status_code=201, summary="Invite a person again", response_model=Link,
    responses=answers(examples.LINK, status=201),
)  # fmt: skip
async def invite_again(
    parts: Parts, by: By, session: Session, now: Now, create: Create, account_id: AccountPath, _: Nothing = None
) -> Response:
    """Return a fresh link: the one before, the password and all sessions are void from now on."""

    async def make() -> Link:
        await team.member(session, account_id=account_id, by=by)
        return Link(link=_link(parts, await invitations.invite_again(session, account_id=account_id, by=by, now=now)))

    return await create.once(inputs.NoFields(), make)


@routes.post(A_MEMBER + "/disable", summary="Shut an account out", responses=answers(examples.MEMBER))
async def disable(by: By, session: Session, now: Now, account_id: AccountPath, _: Nothing = None) -> MemberDetail:
    """Shut an account out at once; its sessions and tokens end."""
    await team.member(session, account_id=account_id, by=by)
    await team.disable(session, account_id=account_id, by=by, now=now)
    await note_role(session, Role.REGISTRAR)
    return _member(await team.member(session, account_id=account_id, by=by))


@routes.post(A_MEMBER + "/enable", summary="Let an account in again", responses=answers(examples.MEMBER))
async def enable(by: By, session: Session, now: Now, account_id: AccountPath, _: Nothing = None) -> MemberDetail:
    """Let an account in again."""
    await team.member(session, account_id=account_id, by=by)
    await team.enable(session, account_id=account_id, by=by, now=now)
    await note_role(session, Role.REGISTRAR)
    return _member(await team.member(session, account_id=account_id, by=by))


@routes.post(A_MEMBER + "/forget-code", summary="Take a lost app away", responses=answers(examples.MEMBER))
async def forget_code(by: By, session: Session, now: Now, account_id: AccountPath, _: Nothing = None) -> MemberDetail:
    """Take the app that gives codes from an account whose owner lost it, and end her sessions."""
    await team.member(session, account_id=account_id, by=by)
    await team.forget_code(session, account_id=account_id, by=by, now=now)
    return _member(await team.member(session, account_id=account_id, by=by))


@routes.post(A_MEMBER + "/sessions/end", summary="Sign somebody out everywhere", responses=answers(examples.MEMBER))
async def end_sessions(by: By, session: Session, now: Now, account_id: AccountPath, _: Nothing = None) -> MemberDetail:
    """End all sessions of an account; its tokens stay."""
    await team.member(session, account_id=account_id, by=by)
    await team.end_sessions(session, account_id=account_id, by=by, now=now)
    return _member(await team.member(session, account_id=account_id, by=by))


@routes.get(A_MEMBER + "/grants", summary="List an account's roles", responses=answers(examples.GRANT_PAGE))
async def show_grants(by: By, session: Session, asking: Asking, account_id: AccountPath) -> Page[GrantDetail]:
    """List the roles that an account has, by id."""
    await team.member(session, account_id=account_id, by=by)
    held = [grant for grant in await grants.of_account(session, account_id) if grant.id > asking.after]
    return paging.page(held[: asking.limit + 1], asking, id_of=lambda row: row.id, shown=outputs.grant)


@routes.post(
    A_MEMBER + "/grants", status_code=201, summary="Give a role", response_model=MemberDetail,
    responses=answers(examples.MEMBER, status=201),
)  # fmt: skip
async def give(
    by: By, session: Session, now: Now, create: Create, account_id: AccountPath,
    body: Annotated[inputs.NewGrant, examples.NEW_GRANT],
) -> Response:  # fmt: skip
    """Give a role; one that is there stays as it is."""

    async def make() -> MemberDetail:
        await team.member(session, account_id=account_id, by=by)
        await grants.give(
            session, account_id=account_id, role=body.as_role, language=body.language, programme=body.programme,
            province=body.province, by=by, now=now,
        )  # fmt: skip
        await note_role(session, body.as_role)
        return _member(await team.member(session, account_id=account_id, by=by))

    return await create.once(body, make)


@routes.delete(A_MEMBER + "/grants/{grant_id}", status_code=204, summary="Take a role away")
async def take_away(by: By, session: Session, now: Now, account_id: AccountPath, grant_id: NumberPath) -> None:
    """Take a role away from now on; the last administrator keeps hers."""
    await team.member(session, account_id=account_id, by=by)
    held = {grant.id: grant for grant in await grants.of_account(session, account_id)}
    if grant_id not in held:
        raise NotThere("There is nothing here (any more).")
    await grants.take_away(session, grant_id=grant_id, by=by, now=now)
    await note_role(session, held[grant_id].role)
