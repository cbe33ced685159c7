"""What the figures page calls its tables, their columns and their rows."""

from datetime import date

from babel.numbers import format_percent

from content import countries
from content.catalogue import Catalogue
from content.counts import What
from content.desk import figures
from content.desk.figures import Table
from core.i18n import LANGUAGES, Words


def titles(words: Words) -> dict[Table, str]:
    """Return what each table is called, in the order of the page."""
    _ = words.gettext
    return {
        Table.DAYS: _("Reads per day"), Table.TOPICS: _("Reads per topic"), Table.LANGUAGES: _("Reads per language"),
        Table.COUNTRIES: _("Reads per country of work"), Table.STAGES: _("Reads per stage"),
        Table.VOTES: _("Helpful votes per article"), Table.SEARCHES: _("Searches per day"),
        Table.CONTACTS: _("Contacts opened per country"),
    }  # fmt: skip


def key_titles(words: Words) -> dict[Table, str]:
    """Return what the first column of each table is called."""
    _ = words.gettext
    return {
        Table.DAYS: _("Day"), Table.TOPICS: _("Topic"), Table.LANGUAGES: _("Language"),
        Table.COUNTRIES: _("Country"), Table.STAGES: _("Stage"), Table.VOTES: _("Article"), Table.SEARCHES: _("Day"),
        Table.CONTACTS: _("Country"),
    }  # fmt: skip


def column_titles(words: Words) -> dict[str, str]:
    """Return what each column of numbers is called."""
    _ = words.gettext
    return {
        # Translators: a column of numbers: how often an article was opened.
        What.READ: _("Articles opened"),
        What.TOPIC: _("Topic opened"), What.CONTACTS: _("Contacts opened"),
        # Translators: a column of numbers: searches that found something.
        What.SEARCH: _("With a result"),
        # Translators: a column of numbers: searches that found nothing.
        What.SEARCH_NONE: _("Without a result"),
        figures.VOTES: _("Votes"),
        # Translators: a column of percents: how many of the votes on an article said that it helped.
        figures.SHARE: _("Found it helpful"),
    }  # fmt: skip


def stages(words: Words) -> dict[str, str]:
    """Return where readers say they stand."""
    _ = words.gettext
    return {
        # Translators: where a reader stands: she plans to work abroad.
        "planning": _("planning to go"),
        # Translators: where a reader stands: she works abroad.
        "abroad": _("abroad"),
        # Translators: where a reader stands: she has come back from abroad.
        "returned": _("came back"),
        # Translators: where a reader stands: a member of her family is abroad.
        "family": _("family of someone abroad"),
    }


def row_title(table: Table, key: str, words: Words, live: Catalogue) -> str:
    """Return what a row is called."""
    if table in figures.BY_DAY:
        return words.day(date.fromisoformat(key))
    return _name(table, key, words, live) if key else _unknown(table, words)


def _name(table: Table, key: str, words: Words, live: Catalogue) -> str:
    """Return the name of what a row is about; what is gone keeps its short name."""
    if table in (Table.COUNTRIES, Table.CONTACTS):
        return countries.country_name(key, words.language)
    if table is Table.LANGUAGES:
        return LANGUAGES[key].name if key in LANGUAGES else key
    if table is Table.TOPICS and key in live.topics:
        return live.topics[key].title(words.language)
    if table is Table.VOTES and key in live.articles:
        return live.articles[key].text(words.language).title
    return stages(words).get(key, key) if table is Table.STAGES else key


def _unknown(table: Table, words: Words) -> str:
    _ = words.gettext
    if table is Table.CONTACTS:
        return _("before a country was chosen")
    # Translators: what a reader has not told of herself: her country or stage; or an article's topic that is gone.
    return _("not known")


def number(column: str, told: int | None, words: Words) -> str:
    """Return a number as a table shows it."""
    if column == figures.SHARE:
        return "–" if told is None else format_percent(told / figures.PERCENT, locale=words.locale)
    # Translators: in place of a number from which somebody could be found.
    return words.gettext("fewer than 5") if told is None else words.number(told)
