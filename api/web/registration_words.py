"""Registrations in words: where one stands, what can be decided, what answers are read for, and the answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from api.web.moments import told
from content.countries import country_name
from content.form_shapes import QuestionModel
from core.i18n import LANGUAGES, Words
from registrations import provinces, regencies
from registrations.answers import YES
from registrations.desk import homes
from registrations.desk.copying import Copy
from registrations.desk.correcting import can_correct
from registrations.desk.listing import Only
from registrations.desk.opening import Purpose
from registrations.desk.showing import News, Shown, Step
from registrations.forms import Asked, label_of, texts_of
from registrations.notices import Reached
from registrations.registrations import BEKAL, PERSON, Reason, Status
from registrations.wishes import Kind


def statuses(words: Words) -> dict[str, str]:
    """Return what it is called where a registration stands, in the order of the steps; nobody sees what is begun."""
    _ = words.gettext
    return {
        # Translators: where a registration stands: it was sent, and nobody of the staff has looked at it.
        Status.APPLIED: _("Applied"),
        # Translators: where a registration stands: somebody of the staff reads it.
        Status.IN_REVIEW: _("Being read"),
        Status.ACCEPTED: _("Has a place"), Status.WAITLISTED: _("In the queue"), Status.OFFERED: _("Place offered"),
        # Translators: where a registration stands: the staff gave no place.
        Status.DECLINED: _("Declined"),
        # Translators: where a registration stands: the person took it back, or let an offer run out.
        Status.WITHDRAWN: _("Withdrawn"),
        # Translators: where a registration stands: the person came to the course.
        Status.ATTENDED: _("Attended"),
        # Translators: where a registration stands: the person completed the course.
        Status.COMPLETED: _("Completed"),
    }  # fmt: skip


def decisions(words: Words, status: str = "") -> dict[str, str]:
    """Return what each decision on one that stands so is called on a button, in the order in which forms offer them."""
    _ = words.gettext
    accept = _("The person was not there") if status == Status.ATTENDED else _("Give a place")
    return {
        Status.IN_REVIEW: _("Begin to read it"), Status.ACCEPTED: accept,
        Status.WAITLISTED: _("Put into the queue"), Status.ATTENDED: _("The person was there"),
        Status.COMPLETED: _("The person has completed it"), Status.DECLINED: _("Decline"),
    }  # fmt: skip


def purposes(words: Words) -> dict[str, str]:
    """Return what answers may be read for."""
    _ = words.gettext
    return {
        Purpose.DECIDE: _("To decide on the application"), Purpose.CONTACT: _("To contact the person"),
        Purpose.CORRECT: _("To correct a mistake"), Purpose.PREPARE: _("To prepare the course"),
    }  # fmt: skip


def reasons(words: Words) -> dict[str, str]:
    """Return why somebody can be declined."""
    _ = words.gettext
    return {
        # Translators: why somebody is declined.
        Reason.FULL: _("All places were taken"), Reason.CONDITIONS: _("Does not meet the conditions"),
        # Translators: why somebody is declined.
        Reason.INCOMPLETE: _("Answers are missing"), Reason.CALLED_OFF: _("It does not take place"),
    }  # fmt: skip


def only(words: Words) -> dict[str, str]:
    """Return which registrations can be asked for by what is to be done with them."""
    _ = words.gettext
    return {
        Only.MINE: _("those I look after"), Only.UNASSIGNED: _("those that nobody looks after"),
        Only.TO_CALL: _("people to telephone: news did not arrive"),
        Only.WISHES: _("those who wait to be asked at a safe time"),
    }  # fmt: skip


def reached(words: Words) -> dict[str, str]:
    """Return whether news reached somebody."""
    _ = words.gettext
    return {
        # Translators: whether a message reached a person.
        Reached.WAITING: _("on its way, or unknown"), Reached.DELIVERED: _("delivered"),
        # Translators: whether a message reached a person.
        Reached.BLOCKED: _("not delivered: the person has blocked the bot"),
        # Translators: whether a message reached a person.
        Reached.FAILED: _("not delivered"), Reached.NO_CHAT: _("not sent: the person has no chat"),
    }  # fmt: skip


def wishes(words: Words) -> dict[str, str]:
    """Return what somebody wishes for a discreet registration."""
    _ = words.gettext
    return {Kind.WITHDRAW: _("to withdraw"), Kind.ERASE: _("to be erased")}


def called(news: News, words: Words) -> str:
    """Return who told a person by telephone what no message did, after a dot; nothing where nobody has."""
    if news.called_at is None:
        return ""
    by_telephone = words.gettext("told by telephone by {name}, {moment}")
    return f" · {by_telephone.format(name=news.called_by, moment=told(news.called_at, words))}"


def actor(step: Step, words: Words) -> str:
    """Return who took a step."""
    _ = words.gettext
    # Translators: who took a step of a registration: the one who signed up, not the staff.
    return {PERSON: _("the person"), BEKAL: _("Bekal by itself")}.get(step.actor, step.name)


def step(taken: Step, words: Words) -> str:
    """Return what a step did: where the registration stood from then on, or from where to where it was handed over."""
    _ = words.gettext
    if taken.handed_to is None:
        return statuses(words).get(taken.status, taken.status)
    if not taken.handed_from:
        # Translators: in the history of a registration, of which nobody knew the province before.
        return _("Handed over to {province}").format(province=province(taken.handed_to))
    # Translators: in the history of a registration; both are names of provinces.
    told_over = _("Handed over from {before} to {province}")
    return told_over.format(before=province(taken.handed_from), province=province(taken.handed_to))


def for_whom(shown: Shown, words: Words) -> str:
    """Return for whom a registration is: a relative of who sent it, who sent it, or one whom staff entered."""
    _ = words.gettext
    if shown.listed.is_for_another:
        return _("a relative")
    # Translators: for whom a registration is: whoever signed up did it for himself or herself.
    return _("entered by staff") if shown.is_entered else _("oneself")


def province(code: str | None) -> str:
    """Return the name of a province; nothing where none is known."""
    return provinces.all_names().get(code or "", code or "")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with what was answered, in words and as it is typed. `can_correct`: staff may put another answer.

    `is_home`: it says where somebody lives.
    """

    code: str
    question: str
    answer: str
    typed: str
    can_correct: bool
    is_home: bool


def answered(asked: Asked, given: Mapping[str, str], words: Words) -> dict[str, Answered]:
    """Return the questions that were asked of a person with what she answered, by their codes."""
    return {
        question.code: Answered(
            question.code, texts_of(question, words.language).question,
            answer(question, given.get(question.code, ""), words),
            _typed(question, given.get(question.code, ""), words), can_correct(question),
            question.type in homes.TYPES,
        )
        for question in asked.shown(given)
    }  # fmt: skip


def _typed(question: QuestionModel, value: str, words: Words) -> str:
    """Return an answer as somebody would type it: names for codes, a date with its day first."""
    if question.type == "date" and value:
        year, month, day = value.split("-")
        return f"{int(day)}-{int(month)}-{year}"
    return answer(question, value, words) if value else ""


def copied(held: Copy, title: str, hers: Words) -> list[tuple[str, str]]:
    """Return all that is held of a registration as rows, in the desk's language that is nearest to hers.

    `title` is what the programme is called.
    Longer than a function should be: a person's copy is read from its first row to its last in one place.
    """
    _, row = hers.gettext, held.shown.listed
    about = [
        (_("Reference"), row.reference), (_("Programme"), title), (_("Standing"), statuses(hers)[row.status]),
        # Translators: in a copy for a person, before the name of a province; what she answered stands elsewhere.
        (_("Province whose staff look after it"), province(row.province)),
        (_("Applied on"), told(row.applied_at, hers) if row.applied_at else ""),
        (_("For whom"), for_whom(held.shown, hers)),
        (_("Language"), LANGUAGES[held.shown.language].name),
    ]  # fmt: skip
    about += [(_("Number in the order"), hers.number(row.number))] if row.number else []
    about += [(_("Place in the queue"), hers.number(held.shown.queue))] if held.shown.queue else []
    about += [(_("The offer holds until"), told(held.shown.offered_until, hers))] if held.shown.offered_until else []
    given = [(each.question, each.answer) for each in answered(held.shown.asked, held.answers, hers).values()]
    consent, yes, no, note = _("What was agreed to"), _("agreed"), _("not agreed"), _("Note of the staff")
    news = _("News to the person")
    agreed = [
        (f"{consent}: {each.code}", f"{yes if each.is_given else no}, {told(each.at, hers)}") for each in held.consents
    ]
    steps = [
        (told(each.at, hers), ", ".join(filter(None, (
            step(each, hers), reasons(hers).get(each.reason or "", ""), actor(each, hers),
        ))))
        for each in held.shown.history
    ]  # fmt: skip
    noted = [(f"{note}, {told(each.at, hers)}", each.text) for each in held.notes]
    heard = [
        (
            f"{news}, {told(each.at, hers)}",
            f"{statuses(hers)[each.status]}: {reached(hers)[each.reached]}{called(each, hers)}",
        )
        for each in held.shown.news
    ]
    wish, done = _("Wish of the person"), _("dealt with on {moment}")
    wished = [
        (f"{wish}, {told(each.at, hers)}", ", ".join(filter(None, (
            wishes(hers)[each.kind], done.format(moment=told(each.done_at, hers)) if each.done_at else "",
        ))))
        for each in held.wishes
    ]  # fmt: skip
    return [*about, *given, *agreed, *steps, *heard, *wished, *noted]


def answer(question: QuestionModel, value: str, words: Words) -> str:
    """Return an answer as it was meant: of a code its name. An empty one: the question was left out."""
    _ = words.gettext
    if not value:
        return _("left out")
    labels = {option.code: label_of(option.labels, words.language) for option in question.options}
    tell: dict[str, Callable[[], str]] = {
        "yes_no": lambda: _("yes") if value == YES else _("no"),
        "consent": lambda: _("agreed") if value == YES else _("not agreed"),
        "country": lambda: country_name(value, words.language),
        "province": lambda: province(value),
        "regency": lambda: regencies.all_names().get(value, value),
        "date": lambda: words.day(date.fromisoformat(value)),
        "choice": lambda: labels.get(value, value),
        "choices": lambda: ", ".join(labels.get(code, code) for code in value.split(" ")),
    }
    return tell[question.type]() if question.type in tell else value
