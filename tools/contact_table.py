"""Write docs/contacts.md, what each country of the directory gives in an emergency: `python -m tools.contact_table`."""

import sys
from pathlib import Path

from content import countries
from content.pack import read_pack
from content.pack_models import Pack

PAGE = Path(__file__).resolve().parent.parent / "docs" / "contacts.md"
HEAD = """# Whom people call, by country

Made by `python -m tools.contact_table` from the shipped pack; a test demands that it is up to date. In the chat the
contacts stand in this order, each with where and when it was seen; what waits for somebody to ring it is not shown.
From everywhere: the Foreign Ministry (+6281290070027) and KP2MI (+622129244800).

| Country | Shown, in the order of use | An Indonesian office | Waiting |
| --- | --- | --- | ---: |
"""


def table(pack: Pack) -> str:
    """Return the page."""
    codes = {contact.country for contact in pack.contacts.values()}
    return HEAD + "".join(_row(pack, code) for code in countries.in_order(codes, "en"))


def _row(pack: Pack, code: str) -> str:
    mine = sorted((c.position, slug) for slug, c in pack.contacts.items() if c.country == code)
    contacts = [pack.contacts[slug] for _, slug in mine]
    shown = [contact for contact in contacts if contact.publishable and (contact.phones or contact.whatsapp)]
    told = "; ".join(
        f"{contact.names['en']}: " + ", ".join([p.number for p in contact.phones if p.publishable] or contact.whatsapp)
        for contact in shown
    )
    has_office = "yes" if any(contact.kind == "mission" for contact in shown) else "**none that is checked**"
    office = "–" if code == countries.HOME else has_office
    return f"| {countries.country_name(code, 'en')} | {told or '–'} | {office} | {len(contacts) - len(shown)} |\n"


if __name__ == "__main__":
    PAGE.write_text(table(read_pack()), encoding="utf-8")
    sys.exit(0)
