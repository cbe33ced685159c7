"""The rules between the files of a pack: what is referred to exists, languages are complete, screens do not overflow.

The rules for the text of an article are in content/pack_text_rules.py, for the screens around it in
content/pack_screen_rules.py, for countries and provinces in content/pack_place_rules.py, for programmes, forms and
synonyms in content/pack_programme_rules.py, for paths and self-checks in content/pack_guide_rules.py.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from content.bodies import SLUG
from content.pack_files import Located, Report
from content.pack_guide_rules import check_guides
from content.pack_models import Pack, PackArticle, PackTopic
from content.pack_place_rules import check_places
from content.pack_programme_rules import check_programmes
from content.pack_screen_rules import check_screens
from content.pack_shapes import TranslationModel
from content.pack_text_rules import check_body
from core.messages import MAX_LABEL_CHARACTERS

MAX_ENTRIES_A_SCREEN = 8
MAX_TOP_TOPICS = 5  # the menu also holds the contacts, clearing the chat, and more; and the paths, if there are any
SHORT_CODES = frozenset({"emergency", "police", "ambulance", "fire"})  # numbers that are laid down by law need no date
NAMED_AT_LEAST = ("id", "en")  # official names stay Indonesian; readers of other languages see the Indonesian one


def check_rules(pack: Pack, languages: Collection[str], report: Report) -> None:
    """Add every broken rule to the report."""
    for topic in pack.topics:
        _check_topic(topic, pack, languages, report)
    for article in pack.articles:
        _check_article(article, pack, languages, report)
    for slug, fact in pack.facts.items():
        located = pack.files["facts"]
        _check_complete(located, (slug, "values"), fact.values, NAMED_AT_LEAST, report)
        _check_ours(located, (slug, "values"), fact.values, languages, report)
        _check_known(located, (slug, "sources"), fact.sources, pack.sources, report)
        _check_evidence(located, (slug, "evidence"), fact.evidence, pack, report)
    for slug in pack.contacts:
        _check_contact(slug, pack, languages, report)
    check_programmes(pack, languages, report)
    check_guides(pack, languages, report)
    check_places(pack, report)
    check_screens(pack, report)
    _check_slugs(pack, report)


def _check_topic(topic: PackTopic, pack: Pack, languages: Collection[str], report: Report) -> None:
    located = topic.located
    _check_complete(located, ("titles",), topic.front.titles, languages, report)
    _check_ours(located, ("titles",), topic.front.titles, languages, report)
    for language, title in topic.front.titles.items():
        if len(f"{topic.front.icon} {title}") > MAX_LABEL_CHARACTERS:
            report.add(located.path, located.line("titles", language), f"longer than {MAX_LABEL_CHARACTERS}")
    top = {other.slug for other in pack.topics if other.front.parent is None}
    if topic.front.parent is not None:
        _check_known(located, ("parent",), [topic.front.parent], top, report)
    _check_screen(topic, pack, top, report)


def _check_screen(topic: PackTopic, pack: Pack, top: Collection[str], report: Report) -> None:
    below = [other for other in pack.topics if other.front.parent == topic.slug]
    own = (*(article.topic for article in pack.articles), *(check.topic for check in pack.self_checks.values()))
    below_count = len(below) + own.count(topic.slug)
    if below_count > MAX_ENTRIES_A_SCREEN:
        report.add(topic.located.path, 1, f"more than {MAX_ENTRIES_A_SCREEN} entries on a screen")
    most = MAX_TOP_TOPICS - bool(pack.paths)
    if len(top) > most:
        report.add(topic.located.path, 1, f"more than {most} topics in the menu")


def _check_contact(slug: str, pack: Pack, languages: Collection[str], report: Report) -> None:
    located, contact = pack.files["contacts"], pack.contacts[slug]
    _check_complete(located, (slug, "names"), contact.names, NAMED_AT_LEAST, report)
    _check_ours(located, (slug, "names"), contact.names, languages, report)
    _check_known(located, (slug, "sources"), contact.sources, pack.sources, report)
    if contact.publishable and contact.seen_on is None and contact.kind not in SHORT_CODES:
        report.add(located.path, located.line(slug), "publishable, but nobody knows when it was seen: seen_on")
    for index, phone in enumerate(contact.phones):
        for name, remark in (("label", phone.label), ("hours", phone.hours)):
            if remark:
                _check_complete(located, (slug, "phones", index, name), remark, languages, report)
                _check_ours(located, (slug, "phones", index, name), remark, languages, report)


def _check_article(article: PackArticle, pack: Pack, languages: Collection[str], report: Report) -> None:
    shared, located = article.shared, article.source.located
    _check_known(located, ("sources",), shared.sources, pack.sources, report)
    _check_known(located, ("related",), shared.related, {other.slug for other in pack.articles}, report)
    _check_evidence(located, ("evidence",), shared.evidence, pack, report)
    _check_complete(located, ("missing",), {*article.texts, *shared.missing}, languages, report)
    _check_ours(located, ("missing",), shared.missing, languages, report)
    for language in {*shared.missing} & {*article.texts}:
        report.add(located.path, located.line("missing"), f"{language} is marked missing, but it is there")
    for text in article.texts.values():
        if text.language not in languages:
            report.add(text.located.path, 1, f"{text.language} is not one of our languages")
        if isinstance(text.front, TranslationModel) and text.front.translated_from != article.source.hash:
            what = f"translated from another text than today's, whose hash is {article.source.hash}"
            report.add(text.located.path, text.located.line("translated_from"), what)
        check_body(text, pack, report)


def _check_complete(
    located: Located, keys: tuple[str | int, ...], present: Collection[str], languages: Iterable[str], report: Report
) -> None:
    for language in languages:
        if language not in present:
            report.add(located.path, located.line(*keys), f"{language} is missing")


def _check_ours(
    located: Located, keys: tuple[str | int, ...], present: Iterable[str], languages: Collection[str], report: Report
) -> None:
    for language in present:
        if language not in languages:
            report.add(located.path, located.line(*keys, language), f"{language} is not one of our languages")


def _check_known(
    located: Located, keys: tuple[str, ...], slugs: Iterable[str], known: Collection[str], report: Report
) -> None:
    for index, slug in enumerate(slugs):
        if slug not in known:
            report.add(located.path, located.line(*keys, index), f"{keys[-1]}: there is no {slug}")


def _check_evidence(located: Located, keys: tuple[str, ...], claims: Iterable[str], pack: Pack, report: Report) -> None:
    for index, claim in enumerate(claims):
        found = pack.evidence.get(claim)
        line = located.line(*keys, index)
        if found is None:
            report.add(located.path, line, f"{claim} is not in evidence.yaml")
        elif found.confidence == "low":
            report.add(located.path, line, f"{claim} is marked low: no text may rest on it")


def _check_slugs(pack: Pack, report: Report) -> None:
    for name in ("sources", "facts", "contacts", "programmes"):
        located = pack.files[name]
        for slug in located.values:
            _check_slug(str(slug), located.path, located.line(slug), report)
    for topic in pack.topics:
        _check_slug(topic.slug, topic.located.path, 1, report)
    times = Counter(article.slug for article in pack.articles)
    for article in pack.articles:
        path = article.source.located.path
        _check_slug(article.slug, path, 1, report)
        if times[article.slug] > 1:
            report.add(path, 1, f"another topic has {article.slug} too")


def _check_slug(slug: str, path: Path, line: int, report: Report) -> None:
    if not re.fullmatch(SLUG, slug):
        report.add(path, line, f"{slug} is no slug: a-z, 0-9 and -, at most 40")
