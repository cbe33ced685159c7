"""The screens of content, as plain replies: what the bot sends and what the desk previews are the same."""

from datetime import date

from content import targets
from content.catalogue import Catalogue
from content.live import ArticleText, LiveArticle, LiveTopic, Mark, ShownSource
from core.i18n import LANGUAGES, Words
from core.markup import parse
from core.messages import MAX_LABEL_CHARACTERS, Button, Formatted, Reply, Rows, bold, italic, joined, plain

SHOWN_CONTACTS = 3


def welcome(catalogue: Catalogue, *, words: Words) -> Reply:
    """Greet someone who is here for the first time, with the topics below."""
    _ = words.gettext
    greeting = _("Hello, this is Bekal. Here is free information for Indonesian migrant workers and families.")
    return catalogue.remembered(
        ("welcome", words.language),
        lambda: Reply(joined(greeting, _invitation(catalogue, words), separator="\n\n"), _home_rows(catalogue, words)),
    )


def _invitation(catalogue: Catalogue, words: Words) -> Formatted:
    """Ask what a person wants to know; while nothing may be shown yet, say whom to call."""
    _ = words.gettext
    if catalogue.top_topics:
        return plain(_("What do you want to know? Choose a topic."))
    return _numbers(catalogue, words, _("The texts here are still being checked. Until then, call:"))


def not_understood(catalogue: Catalogue, *, words: Words) -> Reply:
    """Answer what could not be understood: whom to call, in case it was a cry for help, and the topics."""
    return catalogue.remembered(
        ("not understood", words.language),
        lambda: Reply(_what_was_not_understood(catalogue, words), _home_rows(catalogue, words)),
    )


def _what_was_not_understood(catalogue: Catalogue, words: Words) -> Formatted:
    _ = words.gettext
    pieces = [italic(_("I did not understand that."))]
    if catalogue.top_topics:  # else the invitation gives the numbers
        pieces.append(_numbers(catalogue, words, _("Do you need help now? Call:")))
    return joined(*pieces, _invitation(catalogue, words), separator="\n\n")


def _numbers(catalogue: Catalogue, words: Words, invitation: str) -> Formatted:
    """Give the Indonesian offices that are reached from everywhere."""
    reachable = [contact for contact in catalogue.contacts.values() if contact.is_reached_from_everywhere]
    return joined(invitation, *(parse(c.markup(words)) for c in reachable[:SHOWN_CONTACTS]), separator="\n\n")


def home(catalogue: Catalogue, *, words: Words) -> Reply:
    """Show the topics and the other languages."""
    return catalogue.remembered(
        ("home", words.language), lambda: Reply(_invitation(catalogue, words), _home_rows(catalogue, words))
    )


def topic(catalogue: Catalogue, slug: str, *, words: Words) -> Reply | None:
    """Show a topic's own topics and articles; None if there is no such live topic."""
    found = catalogue.topics.get(slug)
    if found is None:
        return None
    return catalogue.remembered(("topic", slug, words.language), lambda: _topic(catalogue, found, words))


def article(catalogue: Catalogue, slug: str, part: int, *, words: Words, today: date) -> Reply | None:
    """Show one part of an article, counted from 1; a part that is not there means the nearest one.

    None if there is no such live article.
    """
    found = catalogue.articles.get(slug)
    if found is None:
        return None
    text = found.text(words.language)
    number = min(max(part, 1), len(text.parts))
    return catalogue.remembered(
        ("article", slug, number, words.language),
        lambda: Reply(_article_body(text, number, words, today), _article_rows(catalogue, found, text, number, words)),
        today=today,
    )


def _home_rows(catalogue: Catalogue, words: Words) -> Rows:
    others = [language for language in LANGUAGES.values() if language.code != words.language]
    languages = tuple(Button(language.name, targets.language(language.code)) for language in others)
    return (*_topic_rows(catalogue, catalogue.top_topics, words), languages)


def _topic_rows(catalogue: Catalogue, slugs: tuple[str, ...], words: Words) -> Rows:
    found = [catalogue.topics[slug] for slug in slugs]
    return tuple((Button(_label(_heading(topic, words)), targets.topic(topic.slug)),) for topic in found)


def _article_buttons(catalogue: Catalogue, slugs: tuple[str, ...], words: Words) -> Rows:
    found = [catalogue.articles[slug] for slug in slugs if slug in catalogue.articles]
    return tuple(
        (Button(_label(article.text(words.language).title), targets.article(article.slug)),) for article in found
    )


def _topic(catalogue: Catalogue, topic: LiveTopic, words: Words) -> Reply:
    rows = (
        *_topic_rows(catalogue, topic.topics, words),
        *_article_buttons(catalogue, topic.articles, words),
        _way_back(targets.topic(topic.parent) if topic.parent else None, words),
    )
    return Reply(bold(_heading(topic, words)), rows)


def _heading(topic: LiveTopic, words: Words) -> str:
    return f"{topic.icon} {topic.title(words.language)}"


def _article_body(text: ArticleText, number: int, words: Words, today: date) -> Formatted:
    _ = words.gettext
    pieces: list[Formatted] = [bold(text.title)]
    if text.language != words.language:
        name = LANGUAGES[text.language].name
        # Translators: {language} is the language's own name, for example Bahasa Indonesia.
        pieces.append(italic(_("This text is not in your language yet. It is in {language}.").format(language=name)))
    pieces.append(text.parts[number - 1])
    is_last = number == len(text.parts)
    pieces.append(italic(_provenance(text, words, today, with_sources=is_last)))
    return joined(*pieces, separator="\n\n")


def _provenance(text: ArticleText, words: Words, today: date, *, with_sources: bool) -> str:
    """Say what a reader may believe; the sources stand once, under the last part."""
    _ = words.gettext
    standing = _standing(text, words, today)
    if not with_sources:
        return standing
    sources = dict.fromkeys(_source(source, words) for source in text.provenance.sources)
    # Translators: {sources} is a list such as "UNICEF, 2020; Tempo, May 2025".
    return _("Source: {sources}.").format(sources="; ".join(sources)) + f" {standing}"


def _standing(text: ArticleText, words: Words, today: date) -> str:
    _ = words.gettext
    mark = text.provenance.mark(today)
    if mark is Mark.OVERDUE:
        return _("It is time to check this text again: ask before you rely on it.")
    approved_on = text.provenance.checked_on or text.provenance.approved_on
    if mark is Mark.VERIFIED and approved_on:
        # Translators: {month} is such as "May 2025".
        return _("Verified by an official institution, {month}.").format(month=words.month(approved_on))
    return _("Not yet verified by an official institution.")


def _source(source: ShownSource, words: Words) -> str:
    if source.seen_on is None:
        return source.name
    seen = str(source.seen_on.year) if source.precision == "year" else words.month(source.seen_on)
    return f"{source.name}, {seen}"


def _article_rows(catalogue: Catalogue, article: LiveArticle, text: ArticleText, number: int, words: Words) -> Rows:
    _, last = words.gettext, len(text.parts)
    rows: list[tuple[Button, ...]] = []
    if number < last:
        # Translators: a button; {part} of {parts} is such as 2/3.
        label = _("Next ({part}/{parts})").format(part=number + 1, parts=last)
        rows.append((Button(label, targets.article(article.slug, number + 1)),))
    if number > 1:
        # Translators: a button; {part} of {parts} is such as 1/3.
        label = _("Previous ({part}/{parts})").format(part=number - 1, parts=last)
        rows.append((Button(label, targets.article(article.slug, number - 1)),))
    if number == last:
        rows += _article_buttons(catalogue, article.related, words)
    return (*rows, _way_back(targets.topic(article.topic), words))


def _way_back(target: str | None, words: Words) -> tuple[Button, ...]:
    _ = words.gettext
    # Translators: a button that opens the screen above this one.
    return (Button(_("⬅️ Back"), target), home_button(words)) if target else (home_button(words),)


def home_button(words: Words) -> Button:
    """Make the button that leads to the menu."""
    _ = words.gettext
    # Translators: a button that opens the menu of topics.
    return Button(_("🏠 Home"), targets.HOME)


def _label(text: str) -> str:
    return text if len(text) <= MAX_LABEL_CHARACTERS else f"{text[: MAX_LABEL_CHARACTERS - 1]}…"
