"""The rules for places: countries are ISO 3166-1 codes, provinces the two digits of the Home Ministry's list.

Which of those numbers are provinces is known to registrations/provinces.py, which content may not import.
"""

import re
from collections.abc import Iterable

from content.countries import all_codes
from content.pack_files import Keys, Located, Report
from content.pack_models import Pack

PROVINCE = re.compile(r"[1-9][0-9]")


def check_places(pack: Pack, report: Report) -> None:
    """Add every country and province that is none to the report."""
    for article in pack.articles:
        audience, located = article.shared.audience, article.source.located
        _check_countries(located, ("audience", "countries"), audience.countries, report)
        _check_provinces(located, ("audience", "provinces"), audience.provinces, report)
    located = pack.files["contacts"]
    for slug, contact in pack.contacts.items():
        _check_countries(located, (slug, "country"), [contact.country], report)
        _check_provinces(located, (slug, "province"), [contact.province] if contact.province else [], report)
    for slug, programme in pack.programmes.items():
        _check_provinces(pack.files["programmes"], (slug, "provinces"), programme.provinces, report)
        _check_provinces(pack.files["programmes"], (slug, "places_by_province"), programme.places_by_province, report)


def _check_countries(located: Located, keys: Keys, codes: Iterable[str], report: Report) -> None:
    for index, code in enumerate(codes):
        if code not in all_codes():
            what = f"{keys[-1]}: there is no {code}: write the two letters of ISO 3166-1, such as TW"
            report.add(located.path, located.line(*keys, index), what)


def _check_provinces(located: Located, keys: Keys, codes: Iterable[str], report: Report) -> None:
    for index, code in enumerate(codes):
        if not PROVINCE.fullmatch(code):
            what = f"{keys[-1]}: {code} is no code of a province: write two digits in quotes, such as '52'"
            report.add(located.path, located.line(*keys, index), what)
