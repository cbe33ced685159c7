"""The live content as one snapshot in memory. Screens read it with look-ups only."""

from collections import Counter
from collections.abc import Callable, Mapping
from copy import copy
from datetime import date
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from content.bodies import Reference, references_in
from content.contacts import LiveContact
from content.former_titles import load_former_titles
from content.guides import Guides, load_guides
from content.live import LiveArticle, LiveProgramme, LiveTopic
from content.loading import load_articles, load_countries, load_topics
from content.media import ShownMedia
from content.programmes import load_programmes
from content.revisions import EntryKind
from content.seals import Seals
from content.shelf import Shelf, load_shelf
from content.synonyms import Synonyms, load_synonyms
from content.versions import current_version
from core.messages import Reply


class Catalogue:
    """All live content of one content version on one day, and the replies that were made from it so far.

    What is overdue on that day is marked, and overdue fees and rules have stepped aside for whom to ask.
    `countries` are those of the contact directory, whether or not a number there may be shown; `synonyms` are by
    language; `paths` lead through live articles, by stage; `self_checks` are texts that nobody approves, and are there
    where such texts are shown; `hidden_count` tells how many articles await the institution's check; `shelf` is what
    all was made from; `media` are the pictures and voice notes of the articles that are shown.
    """

    def __init__(
        self,
        *,
        version: int,
        today: date,
        topics: Mapping[str, LiveTopic],
        articles: Mapping[str, LiveArticle],
        countries: frozenset[str],
        programmes: Mapping[str, LiveProgramme],
        synonyms: Synonyms,
        guides: Guides,
        hidden_count: int,
        shelf: Shelf,
    ) -> None:
        self.version = version
        self.today = today
        self.topics = topics
        self.articles = articles
        self.contacts: Mapping[str, LiveContact] = shelf.contacts
        self.countries = countries
        self.programmes = programmes
        self.synonyms = synonyms
        self.paths = guides.through(articles)
        self.self_checks = guides.self_checks
        self.hidden_count = hidden_count
        self.shelf = shelf
        texts = (text for article in articles.values() for text in article.texts.values())
        self.media: dict[str, ShownMedia] = {shown.key: shown for text in texts for _, shown in text.media}
        self.top_topics = tuple(topic.slug for topic in topics.values() if topic.parent is None)
        self._replies: dict[tuple[object, ...], Reply] = {}

    @property
    def is_any_hidden(self) -> bool:
        """Tell whether there are texts that readers may not see yet."""
        return self.hidden_count > 0

    @cached_property
    def uses(self) -> Counter[Reference]:
        """How many live articles show each fact and contact, in whatever languages."""
        articles = (texts.values() for (kind, _), texts in self.shelf.revisions.items() if kind == EntryKind.ARTICLE)
        return Counter(
            reference
            for texts in articles
            for reference in {found for text in texts for found in references_in(text.body)}
        )

    def with_article(self, article: LiveArticle) -> "Catalogue":
        """Return a catalogue in which one article is another, for a preview; nothing remembered is shared."""
        other = copy(self)
        other.articles = {**self.articles, article.slug: article}
        other._replies = {}
        return other

    def remembered(self, key: tuple[object, ...], make: Callable[[], Reply]) -> Reply:
        """Return the reply made for this key before, else make it."""
        reply = self._replies.get(key)
        if reply is None:
            reply = self._replies[key] = make()
        return reply


async def load_catalogue(connection: AsyncConnection, *, today: date, show_unverified: bool, seals: Seals) -> Catalogue:
    """Return a snapshot of what readers may see: all that is live, or of the texts only those that are verified.

    The version is read first: a change meanwhile only means another load.
    """
    version = await current_version(connection)
    shelf = await load_shelf(connection, today=today, seals=seals)
    articles, hidden_count = await load_articles(connection, shelf, show_unverified=show_unverified)
    return Catalogue(
        version=version,
        today=today,
        topics=await load_topics(connection, articles),
        articles=articles,
        countries=await load_countries(connection),
        programmes=await load_programmes(connection, await load_former_titles(connection, shown=articles, seals=seals)),
        synonyms=await load_synonyms(connection),
        guides=await load_guides(connection, shelf, show_unverified=show_unverified),
        hidden_count=hidden_count,
        shelf=shelf,
    )
