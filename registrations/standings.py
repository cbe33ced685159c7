"""What a person can be told of her sign-ups: where each stands, and the news that something has changed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import Catalogue
from content.live import nearest_language
from content.programmes import Programme
from core import outbox
from core.crypto import Vault
from core.i18n import words
from core.outbox import Delivery, Lane, Outgoing
from registrations import places, screens, status_screens
from registrations.notices import Notice, Reached
from registrations.people import Person, TelegramAccount
from registrations.registrations import Reason, Registration, Status, StatusEvent
from registrations.sign_up import has_closed
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
        queue, registration.offered_until, registration.is_for_another, await _reason(session, registration),
        programme.slug if status is Status.BEGUN else "", has_closed(programme, content.today),
    )  # fmt: skip


async def _reason(session: AsyncSession, registration: Registration) -> Reason | None:
    """Return why a registration was declined, if it was and somebody said why."""
    if registration.status != Status.DECLINED:
        return None
    events = select(StatusEvent.reason).where(StatusEvent.registration_id == registration.id)
    last = await session.scalar(events.order_by(StatusEvent.id.desc()).limit(1))
    return Reason(last) if last else None


def title(content: Catalogue, slug: str, language: str) -> str:
    """Return what a programme is called for everybody outside the desk: never its slug."""
    return _title(content, slug, language) or words(language).gettext("The programme")


def desk_title(content: Catalogue, slug: str, language: str) -> str:
    """Return what a programme is called at the desk: its slug where its article was never published."""
    return _title(content, slug, language) or slug


def _title(content: Catalogue, slug: str, language: str) -> str:
    """Return the title of a programme's article, or where that is not shown the one that was published last."""
    programme = content.programmes.get(slug)
    if programme is None:
        return ""
    if article := content.articles.get(programme.article):
        return article.text(language).title
    titles = programme.former_titles
    return titles[nearest_language(titles, language)] if titles else ""


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


async def unfinished(session: AsyncSession, *, person_id: str) -> list[Registration]:
    """Return what a person has begun for ordinary programmes and not sent; those that closed, to be erased."""
    mine = select(Registration).join(Programme, Programme.id == Registration.programme_id)
    mine = mine.where(Registration.person_id == person_id, Registration.status == Status.BEGUN)
    mine = mine.where(Programme.discreet.is_(False)).order_by(Registration.id).limit(MOST_SHOWN)
    return list(await session.scalars(mine))


async def last_sent(session: AsyncSession, *, person_id: str, slug: str) -> Registration | None:
    """Return what a person sent last for an ordinary programme, if anything."""
    mine = select(Registration).join(Programme, Programme.id == Registration.programme_id)
    mine = mine.where(
        Registration.person_id == person_id, Programme.slug == slug, Programme.discreet.is_(False),
        Registration.number.is_not(None),
    )  # fmt: skip
    return (await session.scalars(mine.order_by(Registration.number.desc()).limit(1))).one_or_none()


async def tell_sent(
    session: AsyncSession, vault: Vault, registration: Registration, content: Catalogue, *, bot_id: int | None,
    now: datetime,
) -> None:  # fmt: skip
    """Say in the chat that a form was sent from a page; of a discreet programme the chat is only cleared."""
    account = select(TelegramAccount.chat_id).where(TelegramAccount.person_id == registration.person_id)
    chat_id = await session.scalar(account)
    if chat_id is None or bot_id is None:
        return
    hers = words(registration.language)
    standing = await of(session, registration, content, language=registration.language)
    reply = status_screens.sent(standing, words=hers) if standing.title else screens.cleared(words=hers)
    delivery = Delivery(f"sent.{registration.id}", bot_id, chat_id, Outgoing(reply), now, Lane.NOTICE)
    await outbox.put(await session.connection(), [delivery], vault)


async def tell(
    session: AsyncSession, vault: Vault, changed: Iterable[Registration], content: Catalogue, *,
    bot_id: int | None, now: datetime,
) -> None:  # fmt: skip
    """Put the news of registrations that have changed into the outbox, each in the person's language.

    Who has no chat, and everybody while there is no bot, is noted for the staff to telephone.
    """
    deliveries = []
    for registration in changed:
        account = select(TelegramAccount.chat_id, Person.language).join(Person, Person.id == TelegramAccount.person_id)
        found = (await session.execute(account.where(Person.id == registration.person_id))).first()
        key = f"news.{registration.id}.{registration.status}.{int(registration.changed_at.timestamp() * 1000)}"
        has_chat = found is not None and bot_id is not None
        session.add(
            Notice(
                registration_id=registration.id, outbox_key=key if has_chat else None, status=registration.status,
                reached=Reached.WAITING if has_chat else Reached.NO_CHAT, at=now,
            )
        )  # fmt: skip
        if found is None or bot_id is None:
            continue
        standing = await of(session, registration, content, language=found.language)
        reply = status_screens.news(standing, words=words(found.language))
        deliveries.append(Delivery(key, bot_id, found.chat_id, Outgoing(reply), now, Lane.NOTICE))
    await session.flush()
    await outbox.put(await session.connection(), deliveries, vault)
