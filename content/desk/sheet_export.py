"""What goes into a translator's workbook: articles that readers have in Indonesian, with their translation of now."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.articles import Article
from content.desk import drafting, reading, translations
from content.desk.rules import WrongState
from content.desk.sheets import Exported, SheetText
from content.desk.translation_list import Wanted, stands
from content.revisions import Entry, EntryKind, Publication, Revision
from content.topics import Topic
from core.i18n import SOURCE_LANGUAGE
from staff.actors import Actor, NotAllowed

MOST_ARTICLES = 300  # so that what comes back, each text in it three times, is well under 2 MB


async def to_translate(
    session: AsyncSession, *, language: str, topic: str = "", only_todo: bool = False, by: Actor
) -> list[SheetText]:
    """Return the articles of a topic and of those below it, or all, to be translated; raise NotAllowed, WrongState.

    `only_todo`: only what is missing or outdated.
    """
    require_translator(by, language)
    sources = await _sources(session, language, topic, only_todo)
    if len(sources) > MOST_ARTICLES:
        raise WrongState(
            "More than {most} articles do not fit: choose a topic, or only what is missing or outdated.",
            most=MOST_ARTICLES,
        )
    if not sources:
        raise WrongState("There is nothing to translate here: choose another topic or language.")
    standing = await translations.states(session, [entry.id for entry, _ in sources])
    newest_ids = [standing[entry.id][language].newest_id for entry, _ in sources]
    newest = {row.id: row for row in await session.scalars(select(Revision).where(Revision.id.in_(newest_ids)))}
    return [
        await _text(session, entry, source, newest.get(newest_id or 0), standing[entry.id][language].standing)
        for (entry, source), newest_id in zip(sources, newest_ids, strict=True)
    ]


def may_translate(by: Actor, language: str) -> bool:
    """Tell whether the person may translate into a language."""
    try:
        require_translator(by, language)
    except (NotAllowed, WrongState):
        return False
    return True


def require_translator(by: Actor, language: str) -> None:
    """Raise NotAllowed if the person may not translate into a language, WrongState if it is the source."""
    drafting.require_writer(by, EntryKind.ARTICLE, language)
    if language == SOURCE_LANGUAGE:
        raise WrongState("Choose a language to translate into: Indonesian is what is translated.")


async def _sources(session: AsyncSession, language: str, topic: str, only_todo: bool) -> list[tuple[Entry, Revision]]:
    query = (
        select(Entry, Revision)
        .join(Publication, Publication.entry_id == Entry.id)
        .join(Revision, Revision.id == Publication.revision_id)
        .join(Article, Article.id == Entry.id)
        .join(Topic, Topic.id == Article.topic_id)
        .where(
            Publication.published_until.is_(None), Publication.language == SOURCE_LANGUAGE,
            Article.retired_at.is_(None),
        )
    )  # fmt: skip
    if topic:
        below = select(Topic.id).where(Topic.slug == topic).scalar_subquery()
        query = query.where((Topic.slug == topic) | (Topic.parent_id == below))
    if only_todo:
        query = query.where(stands(language, Wanted.WANTING))
    query = query.order_by(Topic.position, Topic.slug, Article.position, Entry.slug).limit(MOST_ARTICLES + 1)
    return [(entry, source) for entry, source in await session.execute(query)]


async def _text(
    session: AsyncSession, entry: Entry, source: Revision, newest: Revision | None, standing: translations.Standing
) -> SheetText:
    return SheetText(
        slug=entry.slug, standing=standing, source=await reading.exact(session, entry, source),
        current=await reading.exact(session, entry, newest) if newest else None,
        exported=Exported(source.id, newest.id if newest else None),
    )  # fmt: skip
