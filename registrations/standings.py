"""What a person can be told of her sign-ups: where each stands, and the news that something has changed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import Catalogue
from content.programmes import Programme
from core import outbox
from core.crypto import Vault
from core.i18n import words
from core.outbox import Delivery, Lane, Outgoing
from registrations import places, status_screens
from registrations.people import Person, TelegramAccount
from registrations.registrations import Registration, Status
from registrations.status_screens import Standing

MOST_SHOWN = 8  # more would not fit into a message


async def of(session: AsyncSession, registration: Registration, content: Catalogue, *, language: str) -> Standing:
    """Return where a registration stands; a discreet programme is not named."""
    programme = await session.get_one(Programme, registration.programme_id)
    status, queue = Status(registration.status), None
    if status is Status.WAITLISTED:
        queue = await places.place_in_queue(session, programme, registration)
    return Standing(
        status, registration.reference or "", "" if programme.discreet else title(content, programme.slug, language),
        queue, registration.offered_until, registration.is_for_another,
    )  # fmt: skip


def title(content: Catalogue, slug: str, language: str) -> str:
    """Return what a programme is called: the title of its article; its slug where that is not shown."""
    programme = content.programmes.get(slug)
    article = content.articles.get(programme.article) if programme else None
    return article.text(language).title if article else slug


async def shown_to(session: AsyncSession, *, person_id: str, reference: str = "") -> list[Registration]:
    """Return what a person may see of her own sign-ups: those for ordinary programmes, or the one with a reference.

    Nobody else's is ever found, whatever reference is tried.
    """
    mine = select(Registration).join(Programme, Programme.id == Registration.programme_id)
    mine = mine.where(Registration.person_id == person_id)
    wanted = Registration.reference == reference if reference else Programme.discreet.is_(False)
    mine = (
        mine.where(wanted, Registration.number.is_not(None)).order_by(Registration.applied_at.desc()).limit(MOST_SHOWN)
    )
    return list(await session.scalars(mine))


async def last_sent(session: AsyncSession, *, person_id: str, slug: str) -> Registration | None:
    """Return what a person sent last for an ordinary programme, if anything."""
    mine = select(Registration).join(Programme, Programme.id == Registration.programme_id)
    mine = mine.where(
        Registration.person_id == person_id, Programme.slug == slug, Programme.discreet.is_(False),
        Registration.number.is_not(None),
    )  # fmt: skip
    return (await session.scalars(mine.order_by(Registration.number.desc()).limit(1))).one_or_none()


async def tell(
    session: AsyncSession, vault: Vault, changed: Iterable[Registration], content: Catalogue, *, bot_id: int,
    now: datetime,
) -> None:  # fmt: skip
    """Put the news of registrations that have changed into the outbox, each in the person's language."""
    deliveries = []
    for registration in changed:
        account = select(TelegramAccount.chat_id, Person.language).join(Person, Person.id == TelegramAccount.person_id)
        found = (await session.execute(account.where(Person.id == registration.person_id))).first()
        if found is None:  # entered by staff, or erased
            continue
        standing = await of(session, registration, content, language=found.language)
        reply = status_screens.news(standing, words=words(found.language))
        key = f"news.{registration.id}.{registration.status}.{int(registration.changed_at.timestamp() * 1000)}"
        deliveries.append(Delivery(key, bot_id, found.chat_id, Outgoing(reply), now, Lane.NOTICE))
    await outbox.put(await session.connection(), deliveries, vault)
