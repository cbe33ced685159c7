"""Write docs/library.md, what the shipped library holds: `python -m tools.library_table`."""

from collections.abc import Iterator
from pathlib import Path

from content.pack import read_pack
from content.pack_house_rules import words_of
from content.pack_models import Pack, PackArticle, PackTopic
from core.i18n import LANGUAGES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "library.md"
HEAD = """# The library

Made by `python -m tools.library_table` from the shipped pack; a test demands that it is up to date. {articles} articles
in {languages} languages, {texts} texts, {missing} missing; {sources} sources, {evidence} statements of the dossiers,
{facts} values that change, {contacts} contacts. Nobody at the institution has approved a text yet, and no native
speaker has read the Javanese and Sundanese ones: readers are told so. How they were read against the dossiers:
[library-readings.md](library-readings.md).

*Words* by language; *Read again*: how many months after the import a text is due to be read again.
"""


def table(pack: Pack) -> str:
    """Return the page."""
    texts = sum(len(article.texts) for article in pack.articles)
    counts = {
        "articles": len(pack.articles), "languages": len(LANGUAGES), "texts": texts,
        "missing": len(pack.articles) * len(LANGUAGES) - texts, "sources": len(pack.sources),
        "evidence": len(pack.evidence), "facts": len(pack.facts), "contacts": len(pack.contacts),
    }  # fmt: skip
    return HEAD.format(**counts) + "".join(_topic(topic, pack) for topic in _in_order(pack))


def _in_order(pack: Pack) -> Iterator[PackTopic]:
    for top in (topic for topic in pack.topics if topic.front.parent is None):
        yield top
        yield from (topic for topic in pack.topics if topic.front.parent == top.slug)


def _topic(topic: PackTopic, pack: Pack) -> str:
    mine = sorted(
        (article for article in pack.articles if article.topic == topic.slug),
        key=lambda article: (article.shared.position, article.slug),
    )
    level = "##" if topic.front.parent is None else "###"
    title = f"\n{level} {topic.front.icon} {topic.front.titles['en']}\n"
    if not mine:
        return title
    head = f"\n| Article | Words {', '.join(LANGUAGES)} | Sources | Statements | For | Read again |\n"
    return f"{title}{head}| --- | --- | ---: | ---: | --- | ---: |\n" + "".join(map(_row, mine))


def _row(article: PackArticle) -> str:
    shared = article.shared
    words = ", ".join(str(words_of(article.texts[code])) if code in article.texts else "–" for code in LANGUAGES)
    audience = ", ".join((*shared.audience.stages, *shared.audience.countries, *shared.audience.provinces)) or "all"
    title = article.texts["en"].front.title if "en" in article.texts else article.source.front.title
    counts = f"{len(shared.sources)} | {len(shared.evidence)}"
    return f"| {title} (`{article.slug}`) | {words} | {counts} | {audience} | {shared.review_months} |\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(table(read_pack()), encoding="utf-8")


if __name__ == "__main__":
    main()
