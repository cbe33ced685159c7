"""Filling in a form, one question a message. What was typed leaves the chat as soon as it is kept."""

from dataclasses import replace

from bot import screen
from bot.events import SharedContact, Text
from bot.handlers import contacts, fallback
from bot.turn import Turn
from content import targets
from content.form_shapes import QuestionModel
from content.trouble import Trouble, trouble_in
from core.clock import today_at
from core.messages import Clearing, Reply
from registrations import answers, form_fields, form_screens, sign_up, standings, status_screens
from registrations.answers import Several, WrongAnswer
from registrations.form_screens import BACK, DONE, EDIT, KEPT, LATER, OPTION, PAGE, SEND, SKIP, STOP_NOW, SUMMARY
from registrations.places import AnswerFull, ProgrammeFull
from registrations.screens import by_hand
from registrations.sign_up import NotForYou, SignUp, Unfinished
from registrations.status_screens import STOP

IN_FIGURES = frozenset({"phone", "number", "date"})  # their answers hardly mean anything else
FEWEST_FIGURES = 6  # fewer may be a number to call, such as 1955 or 15999


def is_form(step: str) -> bool:
    """Tell whether the chat stands in a form."""
    return step.startswith("q:")


def can_be_sent(turn: Turn, filling_in: SignUp) -> bool:
    """Tell whether what was begun can be sent today."""
    return sign_up.is_open(filling_in.programme, today_at(turn.now))


def closed(turn: Turn, filling_in: SignUp, *, clears: bool = False) -> list[Reply]:
    """Leave a form that cannot be sent today."""
    programme = filling_in.programme
    is_over = sign_up.has_closed(programme, today_at(turn.now))
    return _end(turn, form_screens.closed(programme.slug, is_over=is_over, words=turn.words, clears=clears))


def ask_next(turn: Turn, filling_in: SignUp, after: str = "", *, clears: bool = False) -> list[Reply]:
    """Show the next question without an answer; when none is left, the summary."""
    given, asked, slug = filling_in.given, filling_in.asked, filling_in.programme.slug
    found = asked.next(given, after) or asked.next(given)
    if found is None:
        turn.go_to(targets.question(slug, SUMMARY))
        return [form_screens.summary(filling_in.filling, words=turn.words, clears=clears)]
    turn.go_to(targets.question(slug, asked.index(found.code)))
    return [form_screens.question(filling_in.filling, found, words=turn.words, clears=clears)]


async def step(turn: Turn) -> list[Reply]:
    """Do what a button of a form asks for; a button of another question than the present one shows that again.

    Who types the label instead has typed her answer: it leaves the chat, too.
    """
    first, *others = await _step(turn)
    if isinstance(turn.event, Text) and first.clearing is Clearing.NOTHING:
        first = replace(first, clearing=Clearing.LAST)
    return [first, *others]


async def _step(turn: Turn) -> list[Reply]:
    _, slug, place, answer = (*turn.target.split(":", 3), "", "", "")[:4]
    if turn.sign_up is None or turn.sign_up.programme.slug != slug:
        session = await turn.open_session()
        turn.sign_up = await sign_up.begun(session, turn.vault, person_id=turn.chat.person_id, slug=slug)
    filling_in = turn.sign_up
    if filling_in is None:
        return [await _nothing_begun(turn, slug)]
    if place not in {STOP, STOP_NOW, LATER} and not can_be_sent(turn, filling_in):
        return closed(turn, filling_in)
    if place.isdigit():
        return await _answer_tapped(turn, filling_in, int(place), answer)
    return await _around(turn, filling_in, place, answer)


async def _nothing_begun(turn: Turn, slug: str) -> Reply:
    """Answer a button of a form that is not there any more: who tapped "Send" twice keeps her reference."""
    turn.go_to(targets.HOME)
    session = await turn.open_session()
    sent = await standings.last_sent(session, person_id=turn.chat.person_id, slug=slug)
    if sent is None:
        return screen.again(turn)
    standing = await standings.of(session, sent, turn.content, language=turn.chat.language)
    return status_screens.sent(standing, words=turn.words)


async def _around(turn: Turn, filling_in: SignUp, wanted: str, answer: str) -> list[Reply]:
    _, slug, words = turn.words.gettext, filling_in.programme.slug, turn.words
    if wanted == STOP:
        return [form_screens.ask_stop(slug=slug, can_go_on=can_be_sent(turn, filling_in), words=words)]
    if wanted == STOP_NOW:
        return await _erase(turn, filling_in, _("Stopped. What you answered is erased."))
    if wanted == LATER:
        return _leave(turn, filling_in)
    if wanted == EDIT:
        turn.go_to(targets.question(slug, SUMMARY))
        page = screen.page_number(answer.removeprefix(PAGE))
        return [form_screens.edit(filling_in.filling, page=page, words=words)]
    if wanted == SEND:
        return await _send(turn, filling_in)
    return ask_next(turn, filling_in)


def _leave(turn: Turn, filling_in: SignUp) -> list[Reply]:
    """Say that the answers wait, with the way back to them; of a discreet programme no button tells."""
    words, programme = turn.words, filling_in.programme
    if not programme.discreet:
        return _end(turn, form_screens.kept(programme.slug, words=words))
    told = words.gettext("It is kept. To go on, open the same page and press the same button.")
    return _end(turn, form_screens.done(told, words=words))


async def _erase(turn: Turn, filling_in: SignUp, told: str, *, clears: bool = False) -> list[Reply]:
    """End a sign-up with all its answers, and say why, and what of the chat only the person herself can delete."""
    await sign_up.stop(await turn.open_session(), filling_in.registration)
    return _end(turn, form_screens.done(f"{told} {by_hand(turn.words)}", words=turn.words, clears=clears))


def _end(turn: Turn, last: Reply) -> list[Reply]:
    turn.sign_up = None
    turn.go_to(targets.HOME)
    return [last]


async def _answer_tapped(turn: Turn, filling_in: SignUp, place: int, answer: str) -> list[Reply]:
    found, slug = filling_in.asked.question(place), filling_in.programme.slug
    if found is None or found not in filling_in.filling.shown:
        return [screen.again(turn)]
    here = targets.question(slug, place)
    if not answer or answer.startswith(PAGE):
        turn.go_to(here)
        page = screen.page_number(answer.removeprefix(PAGE))
        return [form_screens.question(filling_in.filling, found, words=turn.words, page=page)]
    if answer in {BACK, KEPT}:
        return (_before if answer == BACK else _again_with_answer)(turn, filling_in, found)
    if answer == DONE:
        return ask_next(turn, filling_in, found.code)
    value = "" if answer == SKIP else _value(filling_in, found, answer)
    if value is None or turn.chat.step != here:  # a button of a question that was left behind
        return [screen.again(turn)]
    return await _keep(turn, filling_in, found, value)


def _again_with_answer(turn: Turn, filling_in: SignUp, found: QuestionModel) -> list[Reply]:
    """Show the question at which somebody cried for help: that need not be the answer."""
    _ = turn.words.gettext
    place = filling_in.asked.index(found.code)
    turn.go_to(targets.question(filling_in.programme.slug, place))
    is_answered = bool(filling_in.given.get(found.code))
    note = _("There is an answer here already. To change it, answer again.") if is_answered else ""
    return [form_screens.question(filling_in.filling, found, words=turn.words, note=note, goes_on=is_answered)]


def _value(filling_in: SignUp, found: QuestionModel, answer: str) -> str | None:
    """Return the answer that a button stands for; of several, those chosen with this one put in or taken out."""
    if found.type not in {"choice", "choices"}:
        province = filling_in.asked.province_for(filling_in.given, found.code)
        return answer if answers.is_answer(found, answer, province=province) else None
    codes = {f"{OPTION}{index}": option.code for index, option in enumerate(found.options)}
    code = codes.get(answer)
    if code is None or found.type == "choice":
        return code
    held = set(filling_in.given.get(found.code, "").split()) ^ {code}
    return answers.in_order(found, held)


def _before(turn: Turn, filling_in: SignUp, found: QuestionModel) -> list[Reply]:
    """Show the question before; before the first one, the page of the programme."""
    earlier = filling_in.asked.before(filling_in.given, found.code)
    slug = filling_in.programme.slug
    if earlier is None:
        return screen.show(turn, targets.article(turn.content.programmes[slug].article))
    turn.go_to(targets.question(slug, filling_in.asked.index(earlier.code)))
    return [form_screens.question(filling_in.filling, earlier, words=turn.words)]


async def _keep(
    turn: Turn, filling_in: SignUp, found: QuestionModel, value: str, *, clears: bool = False
) -> list[Reply]:
    """Keep an answer and ask the next question."""
    _, session = turn.words.gettext, await turn.open_session()
    if sign_up.is_refused(found, value):
        told = _("Then we cannot sign you up, and nothing is kept. You can begin anew at any time.")
        return await _erase(turn, filling_in, told, clears=clears)
    kept = await sign_up.answer(
        session, turn.vault, filling_in, found, value, language=turn.chat.language, now=turn.now
    )
    turn.sign_up = kept
    if found.type == "choices" and value and not clears:
        return [form_screens.question(kept.filling, found, words=turn.words)]
    try:
        sign_up.require_fitting(kept.programme, kept.asked, kept.given, today_at(turn.now))
    except NotForYou as refusal:
        note = screen.told(turn, refusal)
        again = _("If your answer was a slip, answer again. Else press “Stop”.")
        return [form_screens.question(kept.filling, found, words=turn.words, note=f"{note} {again}", clears=clears)]
    return ask_next(turn, kept, found.code, clears=clears)


def _present_question(turn: Turn) -> QuestionModel | None:
    return _question_of(turn, turn.chat.step)


def _question_of(turn: Turn, form: str) -> QuestionModel | None:
    place = form.rpartition(":")[2]
    return turn.sign_up.asked.question(int(place)) if turn.sign_up and place.isdigit() else None


async def read_answer(turn: Turn) -> list[Reply]:
    """Take what is typed as the answer to the present question. A cry for help is kept, too, and answered first."""
    assert isinstance(turn.event, Text)
    is_crying = trouble_in(turn.text) is Trouble.STRONG
    found, filling_in = _present_question(turn), turn.sign_up
    if filling_in is None or found is None:
        if is_crying:
            return contacts.open_in_trouble(turn)
        _ = turn.words.gettext
        return [replace(screen.with_note(turn, _("Please press one of the buttons.")), clearing=Clearing.LAST)]
    if is_crying:
        return await _help_first(turn, filling_in, found)
    return await _read(turn, filling_in, found, turn.event.text)


async def _help_first(turn: Turn, filling_in: SignUp, found: QuestionModel) -> list[Reply]:
    if found.type in {"short_text", "long_text"} and isinstance(turn.event, Text):
        with_value = answers.clipped(found, turn.event.text)
        await sign_up.answer(
            await turn.open_session(), turn.vault, filling_in, found, with_value, language=turn.chat.language,
            now=turn.now,
        )  # fmt: skip
    return _contacts_first(turn, filling_in)


def _contacts_first(turn: Turn, filling_in: SignUp) -> list[Reply]:
    """Open the contacts, with the way back into the form; what cried for help leaves the chat."""
    first, *others = contacts.open_in_trouble(turn)  # from here on she stands at the contacts
    return [replace(first, clearing=Clearing.LAST), *others]


async def read_waiting(turn: Turn) -> list[Reply]:
    """Take figures that are typed at the contacts as the answer to the question that waits behind them.

    Else a phone number stays in the chat of whom it concerns. Words are no answer here: they may be another cry. Nor is
    anything the answer to a discreet form, but for who has just cried in it: somebody else may hold the phone.
    """
    form, filling_in = screen.waiting_form(turn), turn.sign_up
    found = _question_of(turn, form)
    if filling_in is None or found is None or not _is_plainly_for(turn, filling_in, found):
        return []
    turn.go_to(form)
    return await _read(turn, filling_in, found, turn.text)


def _is_plainly_for(turn: Turn, filling_in: SignUp, found: QuestionModel) -> bool:
    """Tell whether a text can only be meant for a question: figures, or a day."""
    has_words = any(sign.isalpha() for sign in turn.text)
    if found.type in IN_FIGURES and not has_words and sum(sign.isdigit() for sign in turn.text) >= FEWEST_FIGURES:
        return True
    try:
        return found.type == "date" and bool(_meant(turn, filling_in, found, turn.text))
    except WrongAnswer:
        return False


async def _read(turn: Turn, filling_in: SignUp, found: QuestionModel, typed: str) -> list[Reply]:
    if not can_be_sent(turn, filling_in):
        return closed(turn, filling_in, clears=True)
    words = turn.words
    try:
        value = _meant(turn, filling_in, found, typed)
        return await _keep(turn, filling_in, found, value, clears=True)
    except Several as several:
        note, among = screen.told(turn, several), several.codes
        return [form_screens.question(filling_in.filling, found, words=words, note=note, among=among, clears=True)]
    except WrongAnswer as wrong:
        note = form_fields.said_of(found, wrong, words)
        return [form_screens.question(filling_in.filling, found, words=words, note=note, clears=True)]


def _meant(turn: Turn, filling_in: SignUp, found: QuestionModel, typed: str) -> str:
    """Return the answer that is meant; raise WrongAnswer or Several. A number without a country is of where she is."""
    province = filling_in.asked.province_for(filling_in.given, found.code)
    region = turn.chat.country or answers.HOME_REGION
    return answers.read(found, typed, province=province, today=today_at(turn.now), region=region)


async def take_contact(turn: Turn) -> list[Reply]:
    """Take a shared phone number as the answer, where one is asked for."""
    assert isinstance(turn.event, SharedContact)
    found, filling_in = _present_question(turn), turn.sign_up
    if filling_in is None or found is None or found.type != "phone":
        return refuse_attachment_now(turn)
    phone = turn.event.phone if turn.event.phone.startswith("+") else f"+{turn.event.phone}"
    return await _read(turn, filling_in, found, phone)


async def take_contact_behind(turn: Turn) -> list[Reply]:
    """Take a shared phone number as the answer to a question that waits behind the contacts, if it asks for one."""
    form = screen.waiting_form(turn)
    found = _question_of(turn, form)
    if found is None or found.type != "phone":
        return await fallback.explain_attachment(turn)
    turn.go_to(form)
    return await take_contact(turn)


async def refuse_attachment(turn: Turn) -> list[Reply]:
    """Delete a picture or a file that was sent into a form, and say so: no papers are wanted here."""
    return refuse_attachment_now(turn)


async def refuse_captioned(turn: Turn) -> list[Reply]:
    """Delete a picture with words under it, too; but who cries for help in them is helped first, and the form waits."""
    if trouble_in(turn.text) is not Trouble.STRONG:
        return refuse_attachment_now(turn)
    return _contacts_first(turn, turn.sign_up) if turn.sign_up else contacts.open_in_trouble(turn)


def refuse_attachment_now(turn: Turn) -> list[Reply]:
    """Return the present question with a note that what was sent is gone."""
    _ = turn.words.gettext
    note = _("Please send no pictures or papers. What you sent is deleted here.")
    return [replace(screen.with_note(turn, note), clearing=Clearing.LAST)]


async def _send(turn: Turn, filling_in: SignUp) -> list[Reply]:
    session, slug = await turn.open_session(), filling_in.programme.slug
    try:
        await sign_up.send(session, turn.vault, filling_in, now=turn.now)
    except Unfinished as unfinished:
        found = next(each for each in filling_in.asked.questions if each.code == unfinished.code)
        turn.go_to(targets.question(slug, filling_in.asked.index(found.code)))
        note = screen.told(turn, unfinished)
        return [form_screens.question(filling_in.filling, found, words=turn.words, note=note)]
    except (NotForYou, AnswerFull) as refusal:
        return [form_screens.summary(filling_in.filling, words=turn.words, note=screen.told(turn, refusal))]
    except ProgrammeFull as full:
        return await _erase(turn, filling_in, screen.told(turn, full))
    turn.sign_up = None
    turn.go_to(targets.HOME if not filling_in.programme.discreet else targets.CLEAR)
    standing = await standings.of(session, filling_in.registration, turn.content, language=turn.chat.language)
    return [status_screens.sent(standing, words=turn.words)]
