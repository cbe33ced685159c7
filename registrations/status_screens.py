"""What becomes of a sign-up, as plain replies: its reference, where it stands, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from content import targets
from content.screens import back_and_home, clipped, home_button
from core.clock import WIB
from core.i18n import Words
from core.messages import Button, Clearing, Formatted, Reply, bold, italic, joined, plain
from registrations.registrations import Reason, Status
from registrations.screens import by_hand

WITHDRAW, WITHDRAW_NOW, TAKE_UP = "bye", "bye!", "yes"  # what is done with a registration that was sent
STOP = "stop"  # and with one that was not: registrations/form_screens.py has the other steps


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a registration stands. `title` is empty where the programme is not to be named; `queue` counts from 1.

    `begun` is the programme's slug where the form was not sent yet: it has no reference. `is_closed`: nor can it be.
    """

    status: Status
    reference: str
    title: str = ""
    queue: int | None = None
    offered_until: datetime | None = None
    is_for_another: bool = False
    reason: Reason | None = None
    begun: str = ""
    is_closed: bool = False


def button(words: Words) -> Button:
    """Return the way to where one's own sign-ups stand. Everybody has it, whether she signed up or not."""
    # Translators: a button.
    return Button(words.gettext("🧾 How my sign-ups stand"), targets.STATUS)


def sent(standing: Standing, *, words: Words) -> Reply:
    """Say that a form was sent, what that gave, and the reference; of a discreet programme only the reference.

    The chat about a discreet one goes, too, but for what is older than Telegram lets anybody delete: that is said.
    """
    _ = words.gettext
    pieces: list[Formatted | str] = [bold(_("Done."))]
    if standing.title:
        pieces.append(told(standing, words))
    pieces.append(joined(_("Your code: "), bold(standing.reference)))
    keep = _("Keep it. With it you can ask: write /status and the code.")
    pieces.append(_("Tell it to the staff when you ask about this.") if standing.title else keep)
    gone = _("What you answered is not in this chat any more.")
    pieces.append(italic(gone if standing.title else f"{gone} {by_hand(words)}"))
    clearing = Clearing.NOTHING if standing.title else Clearing.CHAT
    keys = () if clearing else None
    rows = () if clearing else ((button(words),), (home_button(words),))
    return Reply(joined(*pieces, separator="\n\n"), rows, keys=keys, clearing=clearing)


def told(standing: Standing, words: Words) -> str:
    """Say where a registration stands, in one or two sentences."""
    _ = words.gettext
    if standing.status is Status.WAITLISTED and standing.queue is not None:
        number = words.number(standing.queue)
        return _("All places are taken. You are number {number} in the queue.").format(number=number)
    if standing.status is Status.OFFERED and standing.offered_until is not None:
        until = words.moment(standing.offered_until.astimezone(WIB))
        return _("A place is free for you. Take it before {moment} (WIB).").format(moment=until)
    closed = _("You had begun, and not sent it. Sign-up has closed.")
    sentences = {
        Status.BEGUN: closed if standing.is_closed else _("You have begun. It is not sent yet."),
        Status.APPLIED: _("It has been sent. You will hear in this chat."),
        Status.IN_REVIEW: _("It is being read. You will hear in this chat."),
        Status.ACCEPTED: _("You have a place."),
        Status.DECLINED: _declined(standing.reason, words),
        Status.WITHDRAWN: _("It was withdrawn."),
        Status.ATTENDED: _("You were there."),
        Status.COMPLETED: _("You have completed it."),
    }
    return sentences.get(standing.status, "")


def _declined(reason: Reason | None, words: Words) -> str:
    _ = words.gettext
    why = {
        # Translators: why somebody did not get into a course.
        Reason.FULL: _("All places were taken."),
        # Translators: why somebody did not get into a course.
        Reason.CONDITIONS: _("It is for other people: see who may join."),
        # Translators: why somebody did not get into a course.
        Reason.INCOMPLETE: _("Some answers were missing. You can sign up anew."),
        # Translators: why somebody did not get into a course.
        Reason.CALLED_OFF: _("It does not take place."),
    }
    return " ".join(filter(None, (_("There was no place for you this time."), why[reason] if reason else "")))


def status(standings: Sequence[Standing], *, words: Words, note: str = "", code: str = "") -> Reply:
    """Show where a person's sign-ups stand, with what she can do about each; or the one whose `code` she named.

    A code that is somebody else's is answered like one that there is not.
    """
    _ = words.gettext
    pieces: list[Formatted | str] = [italic(note)] if note else []
    rows: list[tuple[Button, ...]] = []
    if not standings:
        none = _("There is no sign-up that I can show here. If you have a code, write it after /status.")
        pieces.append(_("That code is not found here. Please check its letters again.") if code else none)
    for each in standings:
        lines = [told(each, words), *([] if each.begun else [_number(each, words)])]
        pieces.append(joined(bold(_name(each, words)), *lines, separator="\n"))
        rows += _can_do(each, words, of_many=len(standings) > 1)
    return Reply(joined(*pieces, separator="\n\n"), (*rows, back_and_home(None, words)))


def _name(standing: Standing, words: Words) -> str:
    what = standing.title or standing.reference
    return words.gettext("{what} (a relative)").format(what=what) if standing.is_for_another else what


def _number(standing: Standing, words: Words) -> str:
    return words.gettext("Your code: ") + standing.reference


def _can_do(standing: Standing, words: Words, *, of_many: bool) -> list[tuple[Button, ...]]:
    _, reference = words.gettext, standing.reference
    which = f" · {reference[-5:]}" if of_many else ""
    rows: list[tuple[Button, ...]] = []
    if standing.begun:
        go_on = (_("▶️ Go on with the sign-up"), targets.sign_up(standing.begun))
        stop = (_("🗑️ Stop and erase it"), targets.question(standing.begun, STOP))
        label, target = stop if standing.is_closed else go_on
        rows.append((Button(clipped(label + (f" · {standing.title}" if of_many else "")), target),))
    if standing.status is Status.OFFERED:
        rows.append((Button(_("✔️ Take the place") + which, targets.registration(reference, TAKE_UP)),))
    if standing.status in {Status.APPLIED, Status.IN_REVIEW, Status.ACCEPTED, Status.WAITLISTED, Status.OFFERED}:
        rows.append((Button(_("✖️ Withdraw") + which, targets.registration(reference, WITHDRAW)),))
    return rows


def ask_withdraw(standing: Standing, *, words: Words) -> Reply:
    """Ask once more before a registration is withdrawn; where the first tap fell, a second one is harmless.

    Of a discreet programme staff will ask her first.
    """
    _ = words.gettext
    yes = (Button(_("✖️ Yes, withdraw"), targets.registration(standing.reference, WITHDRAW_NOW)),)
    at_once = _("Withdraw? Then you are not signed up any more.")
    told = at_once if standing.title else _("Withdraw? The staff will ask you first.")
    return Reply(plain(told), (back_and_home(targets.STATUS, words), yes))


def is_asked_first(words: Words) -> str:
    """Say that staff ask her before they do what was tapped: somebody else may have her phone."""
    return words.gettext("The staff know it now. They will ask you first, at a time that is safe for you.")


def news(standing: Standing, *, words: Words) -> Reply:
    """Tell a person that something has changed; of a discreet programme only that there is news."""
    _ = words.gettext
    if not standing.title:
        return Reply(plain(_("There is news for you. To read it, write /status and your code.")), below=True)
    body = joined(bold(_name(standing, words)), told(standing, words), _number(standing, words), separator="\n")
    return Reply(body, (*_can_do(standing, words, of_many=False), (home_button(words),)), below=True)
