"""What staff and people may type is shown and never run: an attack in every field, then a look at every page."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Dialog, Page, expect

from core.i18n import words
from tests.api.test_routes_table import TABLE
from tests.pages.conftest import phone_of
from tests.pages.office import Office
from tests.phones import Phone, Telegram
from tests.registrations.chat import see_button
from tests.reports import Report

pytestmark = [pytest.mark.browser, pytest.mark.deep, pytest.mark.asyncio(loop_scope="session")]

ATTACK = "\"'><img src=x onerror=alert(1)>"  # 31 letters: it fits into a title
OF_A_LINK = "javascript:alert(1)//https://x.y"
ROLES = ("editor", "verifier", "administrator")
OF_A_KIND = 2  # pages of one shape that are looked at
ENDS = ("/retract", "/retire", "/take-away", "/disable", "/roles/end", "/link", "/sessions/end", "/confirm")
LEFT_ALONE = (
    "/sheet",
    ".csv",
    "/sign-out",
    "/account/password",
    "/account/sessions/end",
    "/language",
    "/account/language",
    "/prove",
    "/registrations/export",
    "/copy",
)  # downloads, and the attacker's own way in
FILL = """([index, attack, ofLink]) => {
  const form = document.forms[index];
  form.noValidate = true;
  let filled = 0;
  for (const field of form.elements) {
    const isText = field.matches('textarea, input:not([type]), input[type=text], input[type=search], input[type=url]')
      || field.matches('input[type=email], input[type=tel]');
    if (!isText || field.readOnly || field.disabled) continue;
    field.value = field.type === 'url' ? ofLink : attack;
    filled += 1;
  }
  return filled;
}"""
SENT = "index => { const form = document.forms[index]; HTMLFormElement.prototype.submit.call(form); }"
SEND = """([path, fields]) => {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = path;
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement('input');
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


def route_of(path: str) -> str:
    """Return the route of a path: one that says more in words goes before one that takes any name."""
    routes = sorted({line.split()[1] for line in TABLE}, key=lambda route: route.count("{"))
    return next((route for route in routes if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path)), path)


@dataclass
class Attacker:
    """Somebody of the staff who means harm, and what of it ran in her own browser."""

    page: Page
    office: Office
    ran: list[str] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    fields: int = 0

    async def answer(self, dialog: Dialog) -> None:
        if dialog.type == "alert":
            self.ran.append(f"{self.page.url}: {dialog.message}")
        await dialog.accept()

    async def look(self, path: str) -> list[str]:
        """Open a page, see that nothing was made of an attack, and return where it leads."""
        await self.page.goto(f"{self.office.url}{path}")
        await self.is_unharmed()
        return [str(href) for href in await self.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")]

    async def is_unharmed(self) -> None:
        made = await self.page.evaluate(
            "() => document.querySelectorAll('img[src=x], [onerror], a[href^=\"javascript:\" i]').length"
        )
        assert made == 0, self.page.url

    async def every_page(self) -> list[str]:
        """Follow the links from the first page on: some pages of each shape."""
        found, seen, shapes = ["/"], {"/"}, dict[str, int]()
        for path in found:
            for href in await self.look(path):
                at = urlsplit(href)
                there = at.path + (f"?{at.query}" if at.query else "")
                shape = route_of(at.path) + re.sub(r"=[^&]*", "", at.query)
                is_ours = href.startswith(self.office.url) and not at.path.endswith((".csv", "/sheet", "/file"))
                if is_ours and there not in seen and shapes.get(shape, 0) < OF_A_KIND and at.path != "/phone":
                    seen.add(there)
                    shapes[shape] = shapes.get(shape, 0) + 1
                    found.append(there)
        return found

    async def forms(self, path: str) -> list[str]:
        """Open a page, and return the shape of each of its forms: what it is sent to, and how."""
        await self.page.goto(f"{self.office.url}{path}")
        actions = await self.page.evaluate("() => Array.from(document.forms, form => [form.method, form.action])")
        return [f"{method} {route_of(urlsplit(action).path)}" for method, action in actions]

    async def fill_in_every_form(self, paths: list[str], *, ending: bool) -> None:
        """Send each form once with the attack in every field; those that end something only when it is their turn."""
        for path in paths:
            for form in await self.forms(path):
                is_left_alone = form.endswith(LEFT_ALONE) or form.startswith("dialog")
                if form.endswith(ENDS) is not ending or is_left_alone or form in self.sent:
                    continue
                there = await self.forms(path)  # another form may have changed the page
                if form not in there:
                    continue
                self.sent.add(form)
                self.fields += await self.page.evaluate(FILL, [there.index(form), ATTACK, OF_A_LINK])
                async with self.page.expect_navigation():
                    await self.page.evaluate(SENT, there.index(form))
                await self.is_unharmed()


async def test_nothing_that_a_person_types_is_run_at_the_desk(office: Office, report: Report) -> None:
    # first: the other test leaves no form as it was
    office.expects_refusal = True  # of the answers that cannot be right
    ani = Attacker(await office.person("administrator"), office)
    ani.page.on("dialog", ani.answer)
    mallory = await Telegram(office.url, office.http).person(ATTACK, "id")
    await mallory.met("id")
    await mallory.write(ATTACK)
    form = await sign_up_on_the_page(mallory, ani)

    looked_at = ["/registrations", "/registrations/attendance", "/", "/figures", "/audit", "/phone?words=en"]
    for path in looked_at:
        await ani.look(path)
    await ani.page.goto(f"{office.url}/registrations")
    await ani.page.locator("tbody a").first.click()
    registration = urlsplit(ani.page.url).path
    await ani.page.locator('input[value="contact"]').check()
    await ani.page.locator('form[action$="/answers"] button').click()
    await expect(ani.page.get_by_text(ATTACK).first).to_be_visible()
    await ani.is_unharmed()
    for path, fields in (
        (f"{registration}/notes", {"text": ATTACK}),
        ("/registrations/find", {"typed": ATTACK}),
        ("/registrations/attendance", {"programme": "courses"}),
    ):
        async with ani.page.expect_navigation():
            await ani.page.evaluate(SEND, [path, fields])
        await ani.is_unharmed()
        looked_at.append(path)

    report.note(fields=form, pages=len(looked_at) + 1, executions=len(ani.ran))
    assert ani.ran == []


async def test_no_field_of_any_form_is_run_on_any_page(office: Office, report: Report) -> None:
    office.expects_refusal = True  # most of what holds an attack is refused
    attackers = [Attacker(await office.person(role), office) for role in ROLES]
    for attacker in attackers:
        attacker.page.on("dialog", attacker.answer)
    pages = [await attacker.every_page() for attacker in attackers]
    for ending in (False, True):
        for attacker, paths in zip(attackers, pages, strict=True):
            await attacker.fill_in_every_form(paths, ending=ending)
    looked_at = 0
    for attacker in attackers:
        looked_at += len(await attacker.every_page())

    sari = await office.phone()
    await sari.write("/menu")
    phone = await attackers[0].page.context.new_page()
    phone.on("dialog", attackers[0].answer)
    await phone.goto(f"{office.url}/phone?words=en")
    await phone_of(phone, "Sari").first.wait_for()

    sent = set().union(*(attacker.sent for attacker in attackers))
    fields = sum(attacker.fields for attacker in attackers)
    report.note(forms=len(sent), fields=fields, pages=looked_at, executions=0)
    assert [attacker.ran for attacker in attackers] == [[], [], []]
    assert len(sent) >= 40, sorted(sent)
    assert fields >= 120
    assert looked_at >= 90


async def sign_up_on_the_page(person: Phone, desk: Attacker) -> int:
    """Sign up on the page of a form: first with an attack in every field, then where it is let in."""
    _ = words("id").gettext
    await person.write("/start p-courses")
    for label in (_("✍️ Sign up"), _("🌐 Fill it in on a page")):
        await see_button(person, label)
        await person.tap(label)
    await see_button(person, _("🌐 Open the page"))
    shown = await person.screen()
    page = await desk.page.context.new_page()
    page.on("dialog", desk.answer)
    here = Attacker(page, desk.office)
    await page.goto(shown["reply_markup"]["inline_keyboard"][0][0]["url"])
    filled = int(await page.evaluate(FILL, [0, ATTACK, OF_A_LINK]))
    async with page.expect_navigation():
        await page.evaluate(SENT, 0)
    await here.is_unharmed()
    await page.locator('input[name="q.consent"][value="yes"]').check()
    await page.locator('input[name="q.course"]').first.check()
    await page.locator('input[name="q.name"]').fill(ATTACK)
    await page.locator('input[name="q.regency"]').fill("indramayu")
    await page.locator('input[name="q.phone"]').fill("0812 3456 7890")
    await page.locator("button").click()
    await expect(page.locator("h1")).to_have_text(_("Done."))
    await here.is_unharmed()
    return filled
