"""The page "Is it you?" as a browser fills it in and sends it."""

import re
from html import unescape

from httpx2 import AsyncClient, Response
from sqlalchemy import select

from core.db import Database
from staff import passwords
from staff.accounts import StaffAccount

PASSWORD = "kopi tubruk tanpa gula"
PAGE = re.compile(r'(?s)<form method="post" action="([^"]*)"[^>]* data-proof>(.*?)</form>')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


async def set_password(database: Database, name: str) -> None:
    """Let a person of the staff prove herself with PASSWORD."""
    async with database.session() as session:
        account = (await session.scalars(select(StaffAccount).where(StaffAccount.email == f"{name}@desk.test"))).one()
        account.password_hash = passwords.hashed(PASSWORD)


def asks(answer: Response) -> bool:
    """Tell whether an answer asks who one is, and carries what was sent."""
    return answer.status_code == 403 and 'name="proof_given"' in answer.text


async def prove(browser: AsyncClient, asked: Response, typed: str = PASSWORD) -> Response:
    """Type the proof into the page and send it with all that the page carries."""
    assert asks(asked), asked.text
    [(action, inside)] = PAGE.findall(asked.text)
    fields = [(unescape(name), unescape(held)) for name, held in HIDDEN.findall(inside)]
    form: dict[str, str | list[str]] = {}
    for name, held in [*fields, ("proof_given", typed)]:
        form[name] = [*form.get(name, []), held]
    here = str(asked.request.url)
    return await browser.post(unescape(action), data=form, headers={"referer": here})
