"""What can be done with an article besides reading it: say whether it helped, hand it on, ask for its pictures."""

from bot import screen
from bot.turn import Turn
from content import screens, targets, votes
from content.counts import What
from core.messages import Reply

COUNTED = {"yes": What.HELPFUL, "no": What.NOT_HELPFUL}  # the reason that follows a no is no second vote


async def make_card(turn: Turn) -> list[Reply]:
    """Send a card below, to be forwarded."""
    card = screens.card(turn.content, _slug(turn), words=turn.words, bot_name=turn.bot_name)
    return [card or screen.again(turn)]


async def send_media(turn: Turn) -> list[Reply]:
    """Send a picture or a voice note below, now that it was asked for."""
    return [screens.media(turn.content, turn.target.partition(":")[2]) or screen.again(turn)]


async def note_helpful(turn: Turn) -> list[Reply]:
    """Count that the article helped, and thank."""
    return await _vote(turn, _slug(turn), "yes")


async def note_not_helpful(turn: Turn) -> list[Reply]:
    """Count that the article did not help, and ask why; or take the reason."""
    slug, reason = _slug(turn), turn.target.split(":")[-1]
    if reason in votes.REASONS:
        return await _vote(turn, slug, reason)
    if slug in turn.content.articles:
        await _count(turn, slug, "no")
    return screen.show(turn, targets.not_helpful(slug))


async def _vote(turn: Turn, slug: str, answer: str) -> list[Reply]:
    last = len(turn.content.articles[slug].text(turn.chat.language).parts) if slug in turn.content.articles else 1
    article = screen.article(turn, slug, last, is_rated=True)
    if article is None:
        return [screen.again(turn)]
    await _count(turn, slug, answer)
    screen.stand(turn, targets.article(slug, last))
    return [article]


async def _count(turn: Turn, slug: str, answer: str) -> None:
    language = turn.content.articles[slug].text(turn.chat.language).language
    session = await turn.open_session()
    await votes.give(session, article=slug, language=language, answer=answer, today=turn.now.date())
    if answer in COUNTED:
        turn.count(COUNTED[answer], slug)


def _slug(turn: Turn) -> str:
    return turn.target.split(":")[1] if ":" in turn.target else ""
