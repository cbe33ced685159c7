"""The screens of content, as plain replies: what the bot sends and what the desk previews are the same.

Longer than a file should be: menu, topic and article share their rows of buttons.
"""

from dataclasses import replace
from datetime import date

from content import countries, targets
from content.catalogue import Catalogue
from content.live import ArticleText, LiveArticle, LiveTopic, Mark, ShownSource
from content.media import MediaKind
from content.readers import ANYBODY, Reader, suitable
from content.votes import REASONS
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from core.i18n import words as words_of
from core.messages import (
    MAX_LABEL_CHARACTERS,
    Button,
    File,
    FileKind,
    Formatted,
    Key,
    Keys,
    Reply,
    Rows,
    bold,
    italic,
    joined,
    plain,
)

CHOOSE_LANGUAGE = "Bahasa · Basa · Language"  # Javanese and Sundanese say it alike


def greeting(catalogue: Catalogue, *, words: Words) -> Reply:
    """Greet someone who is here for the first time, in Indonesian and in the phone's language, and ask for hers."""
    spoken = [words_of(language) for language in dict.fromkeys([SOURCE_LANGUAGE, words.language])]
    texts = [_greeting(each) for each in spoken]
    if catalogue.is_any_hidden:
        texts += [awaiting_check(catalogue, each) for each in spoken]
    return Reply(joined(*texts, CHOOSE_LANGUAGE, separator="\n\n"), (*_language_rows(), (home_button(words),)))


def _greeting(words: Words) -> str:
    _ = words.gettext
    # Translators: the first message, below the bot's description: that it is free, and for whom, has just been read.
    return _("Hello, this is Bekal.")


def languages(*, words: Words) -> Reply:
    """Ask for the language, each in its own words."""
    return Reply(plain(CHOOSE_LANGUAGE), (*_language_rows(), back_and_home(None, words)))


def _language_rows() -> Rows:
    return tuple((Button(language.name, targets.language(language.code)),) for language in LANGUAGES.values())


def keys_line(*, words: Words) -> Reply:
    """Bring the keys below the chat, in the person's language, with a line on them; their labels say what each does."""
    _ = words.gettext
    return Reply(plain(_("The keys below always work.")), keys=keyboard(words=words), below=True)


def keyboard(*, words: Words) -> Keys:
    """Return the keys that always stand below the chat."""
    _ = words.gettext
    # Translators: a key below the chat: find something by writing what one looks for.
    search = Key(_("🔎 Search"))
    return ((Key(menu_label(words)), Key(contacts_label(words))), (search, Key(language_label(words))))


def key_targets(words: Words) -> dict[str, str]:
    """Return what each key of the keyboard asks for, by its label."""
    keys = [key.label for row in keyboard(words=words) for key in row]
    return dict(zip(keys, (targets.HOME, targets.CONTACTS, targets.SEARCH, targets.LANGUAGE), strict=True))


def home(catalogue: Catalogue, *, words: Words) -> Reply:
    """Show the topics, the contacts, and the way to everything else."""
    return catalogue.remembered(
        ("home", words.language), lambda: Reply(_invitation(catalogue, words), _home_rows(catalogue, words))
    )


def _invitation(catalogue: Catalogue, words: Words) -> Formatted:
    """Ask for a topic or a question; while texts may not be shown yet, say so and what there is."""
    _ = words.gettext
    question = _("Choose a topic, or write your question.")
    pieces = [question] if catalogue.articles or not catalogue.is_any_hidden else []
    return joined(*pieces, *([awaiting_check(catalogue, words)] if catalogue.is_any_hidden else []), separator="\n\n")


def awaiting_check(catalogue: Catalogue, words: Words) -> str:
    """Say in one sentence why there is nothing, or not everything, to read yet, and what there is."""
    _ = words.gettext
    if catalogue.articles:
        return _("Some texts are still being checked by the institution. The important contacts are here already.")
    return _("The texts here are still being checked by the institution. The important contacts are here already.")


def more(*, words: Words) -> Reply:
    """Show what is about the chat itself."""
    _ = words.gettext
    rows = (
        # Translators: a button: three questions about the reader, none of which must be answered.
        (Button(_("👤 About me"), targets.ABOUT_ME),),
        (Button(language_label(words), targets.LANGUAGE),),
        # Translators: a button: how this chat works.
        (Button(_("❓ How this works"), targets.HELP),),
        # Translators: a button: what Bekal keeps of the reader.
        (Button(_("🔒 What we keep of you"), targets.PRIVACY),),
        back_and_home(None, words),
    )
    return Reply(plain(_("Choose one.")), rows)


def topic(catalogue: Catalogue, slug: str, *, words: Words, reader: Reader = ANYBODY) -> Reply | None:
    """Show a topic's own topics and articles, those for this reader first; None if there is no such live topic."""
    found = catalogue.topics.get(slug)
    if found is None:
        return None
    articles = suitable((catalogue.articles[article] for article in found.articles), reader)
    return catalogue.remembered(
        ("topic", slug, words.language, articles), lambda: _topic(catalogue, found, articles, words)
    )


def article(
    catalogue: Catalogue, slug: str, part: int, *, words: Words, is_rated: bool = False, back: str = "",
    below: Rows = (), country: str = "",
) -> Reply | None:  # fmt: skip
    """Show one part of an article, counted from 1; a part that is not there means the nearest one.

    None if there is no such live article. Who has said whether it helped is thanked and not asked again. `back` is
    where Back leads, if not to the topic; `below` are buttons of their own under the last part; the contacts of
    `country` stand first under the first part.
    """
    found = catalogue.articles.get(slug)
    if found is None:
        return None
    text = found.text(words.language)
    number = min(max(part, 1), len(text.parts))
    shown = catalogue.remembered(
        ("article", slug, number, words.language, is_rated, back, below),
        lambda: Reply(
            _article_body(text, number, words, catalogue.today, is_rated=is_rated),
            _article_rows(catalogue, found, text, number, words, is_rated=is_rated, back=back, below=below),
        ),
    )
    if not country or number > 1:
        return shown
    return replace(shown, rows=((country_button(country, words),), *shown.rows))


def why_not(catalogue: Catalogue, slug: str, *, words: Words) -> Reply | None:
    """Ask why an article did not help; None if there is no such live article."""
    _ = words.gettext
    found = catalogue.articles.get(slug)
    if found is None:
        return None
    # Translators: three buttons, after "What was wrong with it?"
    labels = (_("Hard to understand"), _("Not what I was looking for"), _("Something in it is not right"))
    reasons = tuple(
        (Button(label, targets.not_helpful(slug, reason)),) for reason, label in zip(REASONS, labels, strict=True)
    )
    last = len(found.text(words.language).parts)
    return Reply(
        joined(bold(found.text(words.language).title), _("What was wrong with it?"), separator="\n\n"),
        (*reasons, back_and_home(targets.article(slug, last), words)),
    )


def card(catalogue: Catalogue, slug: str, *, words: Words, bot_name: str | None) -> Reply | None:
    """Make a card to forward: what the article is about, and the link that opens it. None if it is not live."""
    _ = words.gettext
    found = catalogue.articles.get(slug)
    if found is None:
        return None
    text = found.text(words.language)
    pieces: list[Formatted | str] = [
        bold(text.title),
        text.summary,
        _("Bekal: free information for migrant workers and families."),
    ]
    if bot_name:
        pieces.append(f"https://t.me/{bot_name}?start=a-{slug}")
    return Reply(joined(*pieces, separator="\n\n"), below=True)


def media(catalogue: Catalogue, key: str) -> Reply | None:
    """Make the message that brings a picture or a voice note, its words below it; None if no live article shows it."""
    shown = catalogue.media.get(key)
    if shown is None:
        return None
    kind = FileKind.PHOTO if shown.kind == MediaKind.PICTURE else FileKind.VOICE
    return Reply(plain(shown.alt), below=True, file=File(kind, shown.sha256, shown.seconds))


def _media_rows(text: ArticleText, number: int, words: Words) -> list[tuple[Button, ...]]:
    """Make a button a picture or voice note: nobody pays for bytes that she did not ask for."""
    _ = words.gettext
    # Translators: a button that sends a picture; {size} is such as "84 kB".
    picture = _("🖼 Picture · {size}")
    # Translators: a button that sends a voice note; {size} is such as "84 kB".
    voice = _("🔊 Listen · {size}")
    labels = {MediaKind.PICTURE: picture, MediaKind.VOICE: voice}
    shown = (one for part, one in text.media if part == number)
    return [
        (Button(labels[MediaKind(one.kind)].format(size=words.size(one.size_bytes)), targets.media(one.key)),)
        for one in shown
    ]


def _home_rows(catalogue: Catalogue, words: Words) -> Rows:
    _ = words.gettext
    # Translators: a button of the menu: leads to a short list of what to read first.
    start = [(Button(_("🚩 Start here"), targets.PATHS),)] if catalogue.paths else []
    return (
        *start,
        *_topic_rows(catalogue, catalogue.top_topics, words),
        (Button(contacts_label(words), targets.CONTACTS),),
        # Translators: a button that deletes the messages of this chat at once.
        (Button(_("🧹 Clear chat"), targets.CLEAR),),
        # Translators: a button that opens what is about the chat itself: about me, language, help, what is kept.
        (Button(_("⚙️ More"), targets.MORE),),
    )


def _topic_rows(catalogue: Catalogue, slugs: tuple[str, ...], words: Words) -> Rows:
    found = [catalogue.topics[slug] for slug in slugs]
    return tuple((Button(clipped(heading(topic, words)), targets.topic(topic.slug)),) for topic in found)


def _self_checks(catalogue: Catalogue, words: Words, *, topic: str = "", article: str = "") -> Rows:
    """Make the ways to the self-checks of a topic, or of the article that tells of one."""
    checks = catalogue.self_checks.values()
    found = [check for check in checks if topic == check.model.topic or article == check.model.article]
    return tuple((Button(clipped(f"✔️ {one.title(words.language)}"), targets.self_check(one.slug)),) for one in found)


def article_buttons(catalogue: Catalogue, slugs: tuple[str, ...], words: Words) -> Rows:
    """Make a button for each of these articles that is live."""
    found = [catalogue.articles[slug] for slug in slugs if slug in catalogue.articles]
    return tuple(
        (Button(clipped(article.text(words.language).title), targets.article(article.slug)),) for article in found
    )


def _topic(catalogue: Catalogue, topic: LiveTopic, articles: tuple[str, ...], words: Words) -> Reply:
    rows = (
        *([(Button(words.gettext("✍️ Open for sign-up"), targets.PROGRAMMES),)] if _is_joined(catalogue, topic) else []),
        *_topic_rows(catalogue, topic.topics, words),
        *_self_checks(catalogue, words, topic=topic.slug),
        *article_buttons(catalogue, articles, words),
        back_and_home(targets.topic(topic.parent) if topic.parent else None, words),
    )
    pieces: list[Formatted] = [bold(heading(topic, words))]
    if catalogue.is_any_hidden:
        pieces.append(italic(awaiting_check(catalogue, words)))
    return Reply(joined(*pieces, separator="\n\n"), rows)


def _is_joined(catalogue: Catalogue, topic: LiveTopic) -> bool:
    """Tell whether people can sign up for something that an article of a topic is about."""
    is_open = (each for each in catalogue.programmes.values() if each.is_open(catalogue.today))
    return any(each.article in topic.articles for each in is_open)


def before_programmes(catalogue: Catalogue) -> str:
    """Return the target of the screen from where people come to the programmes that are open: a topic, or the menu."""
    topics = (topic.slug for topic in catalogue.topics.values() if _is_joined(catalogue, topic))
    return next(map(targets.topic, topics), targets.HOME)


def heading(topic: LiveTopic, words: Words) -> str:
    """Return a topic's icon and title."""
    return f"{topic.icon} {topic.title(words.language)}"


def _article_body(text: ArticleText, number: int, words: Words, today: date, *, is_rated: bool) -> Formatted:
    _ = words.gettext
    pieces: list[Formatted] = [bold(text.title)]
    if text.language != words.language:
        pieces.append(italic(not_translated(text.language, words)))
    if text.is_outdated:
        pieces.append(italic(_("A newer version of this text is there in {language}.").format(language=_source_name())))
    pieces.append(text.parts[number - 1])
    is_last = number == len(text.parts)
    pieces.append(italic(_provenance(text, words, today, with_sources=is_last)))
    if is_rated:
        pieces.append(italic(_("Thank you. Your answer helps us to write better.")))
    return joined(*pieces, separator="\n\n")


def not_translated(language: str, words: Words) -> str:
    """Say that a text is not in the reader's language, and in which it is."""
    # Translators: {language} is the language's own name, for example Bahasa Indonesia.
    told = words.gettext("This text is not in your language yet. It is in {language}.")
    return told.format(language=LANGUAGES[language].name)


def _source_name() -> str:
    return LANGUAGES[SOURCE_LANGUAGE].name


def _provenance(text: ArticleText, words: Words, today: date, *, with_sources: bool) -> str:
    """Say what a reader may believe; the sources stand once, under the last part."""
    _ = words.gettext
    standing = _standing(text, words, today)
    if not with_sources or not text.provenance.sources:
        return standing
    sources = dict.fromkeys(_source(source, words) for source in text.provenance.sources)
    # Translators: {sources} is a list such as "UNICEF, 2020; Tempo, May 2025".
    return _("Source: {sources}.").format(sources="; ".join(sources)) + f" {standing}"


def _standing(text: ArticleText, words: Words, today: date) -> str:
    _ = words.gettext
    mark = text.provenance.mark(today)
    if mark is Mark.OVERDUE:
        return _("⚠️ It is time to check this text again: ask KP2MI before you rely on it.")
    approved_on = text.provenance.checked_on or text.provenance.approved_on
    if mark is Mark.VERIFIED and approved_on:
        # Translators: {month} is such as "May 2025".
        return _("✅ Verified by an official institution, {month}.").format(month=words.month(approved_on))
    return not_verified(text.language, words)


def not_verified(language: str, words: Words) -> str:
    """Say that nobody has verified a text of a language, and whether no native speaker has read it either."""
    _ = words.gettext
    unverified = _("🕓 Not yet verified by an official institution.")
    if LANGUAGES[language].awaits_native_reader:
        # Translators: native speaker of the language of the text, which is this one.
        unread = _("No native speaker has read it yet.")
        return f"{unverified} {unread}"
    return unverified


def _source(source: ShownSource, words: Words) -> str:
    if source.seen_on is None:
        return source.name
    seen = str(source.seen_on.year) if source.precision == "year" else words.month(source.seen_on)
    return f"{source.name}, {seen}"


def _article_rows(
    catalogue: Catalogue,
    article: LiveArticle,
    text: ArticleText,
    number: int,
    words: Words,
    *,
    is_rated: bool,
    back: str,
    below: Rows,
) -> Rows:
    _, last = words.gettext, len(text.parts)
    rows = _media_rows(text, number, words)
    if number < last:
        # Translators: a button; {part} of {parts} is such as 2/3.
        label = _("Next ({part}/{parts})").format(part=number + 1, parts=last)
        rows.append((Button(label, targets.article(article.slug, number + 1)),))
    if number > 1:
        # Translators: a button; {part} of {parts} is such as 1/3.
        label = _("Previous ({part}/{parts})").format(part=number - 1, parts=last)
        rows.append((Button(label, targets.article(article.slug, number - 1)),))
    rows += _sign_up(catalogue, article, words)
    if number == last:
        rows += (*below, *_self_checks(catalogue, words, article=article.slug))
        rows += article_buttons(catalogue, article.related, words)
        rows += [] if is_rated else [_was_it_helpful(article, words)]
        # Translators: a button: makes a short message that can be forwarded to others.
        rows.append((Button(_("📤 For others: a card to forward"), targets.card(article.slug)),))
    return (*rows, back_and_home(back or targets.topic(article.topic), words))


def _sign_up(catalogue: Catalogue, article: LiveArticle, words: Words) -> Rows:
    """Make the way to the sign-up of each programme that an article tells of and that is open."""
    _ = words.gettext
    # Translators: a button under a text about a course: leads to its sign-up.
    label = _("✍️ Sign up")
    open_now = [each for each in catalogue.programmes.values() if each.is_open(catalogue.today)]
    return tuple((Button(label, targets.programme(each.slug)),) for each in open_now if each.article == article.slug)


def _was_it_helpful(article: LiveArticle, words: Words) -> tuple[Button, ...]:
    _ = words.gettext
    # Translators: two buttons side by side under a text; they answer "Was this helpful?".
    helped, did_not = _("👍 This helped"), _("👎 Not yet")
    return (Button(helped, targets.helpful(article.slug)), Button(did_not, targets.not_helpful(article.slug)))


def back_and_home(target: str | None, words: Words) -> tuple[Button, ...]:
    """Make the last row of a screen: back to a target, and home; without a target, home is the way back."""
    _ = words.gettext
    # Translators: a button that opens the screen above this one.
    return (Button(_("⬅️ Back"), target or targets.HOME), home_button(words))


def home_button(words: Words) -> Button:
    """Make the button that leads to the menu."""
    _ = words.gettext
    return Button(menu_label(words), targets.HOME)


def menu_label(words: Words) -> str:
    """Return the label of the way to the menu, on buttons and on the key."""
    _ = words.gettext
    # Translators: a button and a key that open the menu of topics.
    return _("🏠 Menu")


def contacts_label(words: Words) -> str:
    """Return what the contacts are called on every button and key."""
    _ = words.gettext
    # Translators: a button and a key. Neutral on purpose: an employer may look at the phone. Not "emergency".
    return _("☎️ Important contacts")


def country_button(code: str, words: Words) -> Button:
    """Make the button that leads to the contacts of a country."""
    return Button(clipped(f"☎️ {countries.label(code, words.language)}"), targets.contacts(code))


def language_label(words: Words) -> str:
    """Return the label of the way to the languages."""
    _ = words.gettext
    # Translators: a button and a key that opens the choice of languages. Add "Language" in English behind a slash.
    return _("🌐 Language")


def clipped(text: str) -> str:
    """Shorten a label so that it fits on a small phone."""
    return text if len(text) <= MAX_LABEL_CHARACTERS else f"{text[: MAX_LABEL_CHARACTERS - 1]}…"
