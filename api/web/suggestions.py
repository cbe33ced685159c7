"""What a field that wants a short name or a code suggests while somebody types: each with what people call it."""

from collections.abc import Collection, Iterable

from content.catalogue import Catalogue
from content.countries import all_codes, country_name, in_order
from content.form_rules import may_divide_places
from content.form_shapes import QuestionModel
from core.i18n import SOURCE_LANGUAGE
from core.words import letters
from registrations import provinces

MOST = 500  # a page with more would load slowly on a poor line: then nothing is suggested, and the lists have a search

Suggestions = list[tuple[str, str]]


def articles(live: Catalogue, language: str) -> Suggestions:
    """Suggest the live articles by title, where they are not too many."""
    return _by_name(live.articles, ((slug, article.text(language).title) for slug, article in live.articles.items()))


def contacts(live: Catalogue, language: str) -> Suggestions:
    """Suggest the contacts that readers see by name, where they are not too many."""
    named = ((slug, contact.names) for slug, contact in live.contacts.items())
    told = ((slug, names.get(language) or names.get(SOURCE_LANGUAGE, slug)) for slug, names in named)
    return _by_name(live.contacts, told)


def countries(language: str) -> Suggestions:
    """Suggest countries: where most work first, then by name."""
    return [(code, country_name(code, language)) for code in in_order(all_codes(), language)]


def all_provinces() -> Suggestions:
    """Suggest Indonesia's provinces, by code."""
    return list(provinces.all_names().items())


def dividing(questions: Iterable[QuestionModel], language: str) -> Suggestions:
    """Suggest the questions of a form by whose answers places may be divided, in its order."""
    texts = ((question.code, question.texts) for question in questions if may_divide_places(question))
    return [(code, (said.get(language) or said[SOURCE_LANGUAGE]).question) for code, said in texts]


def meant(typed: str, suggested: Suggestions, *, taken: Collection[str]) -> str:
    """Return the short name of what somebody typed the title of; what fits none or several, as it is.

    So is what is a short name. `taken`: those that there are; one may be that of a draft, and no title's.
    """
    fitting = [value for value, told in suggested if letters(told) == letters(typed)]
    return fitting[0] if len(fitting) == 1 and typed not in taken else typed


def _by_name(all_there_are: Collection[str], told: Iterable[tuple[str, str]]) -> Suggestions:
    if len(all_there_are) > MOST:
        return []
    return sorted(told, key=lambda each: (each[1].casefold(), each[0]))
