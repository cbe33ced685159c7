"""What a field that wants a short name or a code suggests while somebody types: each with what people call it."""

from collections.abc import Iterable

from content.catalogue import Catalogue
from content.countries import all_codes, country_name, in_order
from content.programmes import Form
from core.i18n import SOURCE_LANGUAGE
from registrations import provinces

MOST = 500  # a page with more would load slowly on a poor line; what is not suggested can be typed all the same

Suggestions = list[tuple[str, str]]


def articles(live: Catalogue, language: str) -> Suggestions:
    """Suggest live articles, by title."""
    return _by_name((slug, article.text(language).title) for slug, article in live.articles.items())


def contacts(live: Catalogue, language: str) -> Suggestions:
    """Suggest contacts that readers see, by name."""
    named = ((slug, contact.names) for slug, contact in live.contacts.items())
    return _by_name((slug, names.get(language) or names.get(SOURCE_LANGUAGE, slug)) for slug, names in named)


def countries(language: str) -> Suggestions:
    """Suggest countries: where most work first, then by name."""
    return [(code, country_name(code, language)) for code in in_order(all_codes(), language)]


def all_provinces() -> Suggestions:
    """Suggest Indonesia's provinces, by code."""
    return list(provinces.all_names().items())


def choices(forms: Iterable[Form]) -> Suggestions:
    """Suggest the questions of forms that are answered by one of several."""
    return [
        (question["code"], form.slug) for form in forms for question in form.questions if question["type"] == "choice"
    ]


def _by_name(found: Iterable[tuple[str, str]]) -> Suggestions:
    return sorted(found, key=lambda each: (each[1].casefold(), each[0]))[:MOST]
