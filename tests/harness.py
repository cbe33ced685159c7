"""Making a bot of the real parts for a test."""

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from bot.service import BotService
from bot.telegram.client import TelegramClient
from content.bodies import references_in
from content.guide_shapes import SelfCheckModel
from content.media_files import MediaFiles
from content.pack import read_pack
from content.pack_models import Pack, PackArticle
from content.seals import Seals
from content.shipped import bring_another
from core.clock import utc_now
from core.crypto import Vault
from core.db import Database
from tests.phones import Telegram
from tests.processes import TOKEN

VAULT = Vault([bytes(range(32))])
SEALS = Seals(VAULT)
DATA = Path(tempfile.mkdtemp(prefix="bekal-data-"))
MEDIA = MediaFiles(DATA / "media")  # by hash: tests may share it
atexit.register(shutil.rmtree, DATA, ignore_errors=True)


FEW = frozenset({
    "back-home-help", "cleaning-chemicals", "family-budget", "illegal-lenders", "job-offer-check", "join-a-course",
    "legal-way", "otp-secret", "passport-held", "placement-cost", "relative-unreachable", "sending-money-cost",
    "stress-and-sleep", "violence-at-work", "wages-unpaid", "washing-hands",
})  # fmt: skip


@cache
def shipped() -> Pack:
    """Return the shipped pack, read once a process: it takes a second."""
    return read_pack()


async def stock(database: Database, *, whole: bool = False) -> Database:
    """Put shipped content into a database: a few articles and all contacts, or the whole library.

    A start of the product takes it for the shipped pack, and adds nothing.
    """
    pack = shipped() if whole else few_of(shipped())
    async with database.session() as session:
        await bring_another(session, pack, now=utc_now(), seals=SEALS)
    return database


def few_of(pack: Pack) -> Pack:
    """Return a pack with a few of the articles, in the topics of the menu: most tests need no whole library."""
    top = {topic.slug: topic.front.parent or topic.slug for topic in pack.topics}
    articles = tuple(_among_few(article, top) for article in pack.articles if article.slug in FEW)
    texts = [text for article in articles for text in article.texts.values()]
    shown = {reference.slug for text in texts for reference in references_in(text.body)}
    paths = {stage: path.model_copy(update={"articles": _few(path.articles)}) for stage, path in pack.paths.items()}
    return replace(
        pack, articles=articles, topics=tuple(topic for topic in pack.topics if topic.front.parent is None),
        facts={slug: fact for slug, fact in pack.facts.items() if slug in shown}, paths=paths,
        self_checks={slug: _check_of_few(check, top) for slug, check in pack.self_checks.items()},
    )  # fmt: skip


def _few(slugs: Iterable[str]) -> tuple[str, ...]:
    return tuple(slug for slug in slugs if slug in FEW)


def _check_of_few(check: SelfCheckModel, top: Mapping[str, str]) -> SelfCheckModel:
    levels = tuple(level.model_copy(update={"articles": _few(level.articles)}) for level in check.levels)
    return check.model_copy(update={"topic": top[check.topic], "levels": levels})


def _among_few(article: PackArticle, top: Mapping[str, str]) -> PackArticle:
    source = article.source
    front = article.shared.model_copy(update={"related": _few(article.shared.related)})
    texts = {**article.texts, source.language: replace(source, front=front)}
    return replace(article, topic=top[article.topic], texts=texts)


def make_bot(
    database: Database, telegram: Telegram, *, show_unverified: bool = True, send_per_second: float = 25
) -> BotService:
    client = TelegramClient(TOKEN, api_url=telegram.url)
    return BotService(
        client=client, database=database, vault=VAULT, media=MEDIA, send_per_second=send_per_second,
        show_unverified=show_unverified,
    )  # fmt: skip
