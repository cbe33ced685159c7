"""The screens about the person and the chat: about me, what is kept, erasing, clearing, help."""

from dataclasses import dataclass

from content import countries, guide_screens, targets
from content.screens import back_and_home, contacts_label
from core.i18n import Words
from core.messages import Button, Clearing, Formatted, Reply, Rows, bold, italic, joined, plain
from registrations import provinces
from registrations.paging import paged

SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Said:
    """Which of the three questions a person has answered. What she answered is never shown."""

    stage: bool = False
    country: bool = False
    province: bool = False


def about_me(said: Said, *, words: Words, note: str = "") -> Reply:
    """Show the three questions, none of which must be answered; a tick says which are, not what was said."""
    _ = words.gettext
    text = _("You may tell three things about yourself. Then what suits you comes first. You need not.")
    labels = (
        # Translators: three buttons. Are you planning to go abroad, abroad, back, or family of someone?
        ("stage", said.stage, _("Where I stand")),
        ("country", said.country, _("Country of work")),
        ("province", said.province, _("Home province")),
    )
    rows: Rows = tuple(
        (Button(f"✔️ {label}" if is_said else label, targets.about_me(question)),) for question, is_said, label in labels
    )
    erase = (Button(_("🗑️ Erase all about me"), targets.ERASE),)
    pieces: list[Formatted | str] = [italic(note)] if note else []
    return Reply(joined(*pieces, text, separator="\n\n"), (*rows, erase, back_and_home(targets.MORE, words)))


def ask_stage(*, words: Words) -> Reply:
    """Ask where a person stands."""
    rows = tuple(
        (Button(label, targets.about_me("stage", stage)),) for stage, label in guide_screens.stage_labels(words).items()
    )
    return Reply(plain(words.gettext("Where do you stand?")), (*rows, *_last_rows("stage", words)))


def ask_country(known: frozenset[str], page: int, *, words: Words) -> Reply:
    """Ask for the country of work, among those with contacts; any other may be written."""
    _ = words.gettext
    codes = [code for code in countries.in_order(known, words.language) if code != countries.HOME]
    answers = [Button(countries.label(code, words.language), targets.about_me("country", code)) for code in codes]
    text = plain(_("In which country do you, or does your relative, work? Choose it, or write its name."))
    return Reply(text, _paged("country", answers, page, words))


def ask_province(page: int, *, words: Words) -> Reply:
    """Ask for the home province."""
    _ = words.gettext
    answers = [Button(name, targets.about_me("province", code)) for code, name in provinces.all_names().items()]
    return Reply(
        plain(_("From which province do you come? Choose it, or write its name.")),
        _paged("province", answers, page, words),
    )


def help_text(*, words: Words) -> Reply:
    """Say how the chat works, in a few lines."""
    _ = words.gettext
    lines = (
        bold(_("How this works")),
        _("• Press a button, or write its name or number."),
        _("• Write a question in your own words. Mistakes do not matter."),
        _("• In danger, write HELP or press “{contacts}”.").format(contacts=contacts_label(words)),
        _("• Clear chat deletes the messages of the last two days, yours and mine."),
        _("• It is free. A machine answers here: no person reads your questions."),
    )
    return Reply(joined(*lines, separator="\n"), (back_and_home(targets.MORE, words),))


def privacy(*, words: Words) -> Reply:
    """Say what is kept, how long, and how to end it."""
    _ = words.gettext
    lines = (
        bold(_("What we keep of you")),
        _("• The number of this chat, so that we can answer. Not your name, not your phone number."),
        _("• Your language, and what you tell under “About me”."),
        _("• The page you are at: also which help we showed when you called for it."),
        _("• What you tick off under “Start here”. Not what you answer in a check of a job offer."),
        _("• Not what you write. A place you send is looked up and not kept."),
        _("• If you sign up for a course: your answers, locked. Only the staff of the course can read them."),
        _("• If you want to be reminded of a course: which one, until you have been reminded."),
        _("• Words that a search did not find are counted, one by one, without you."),
        _("• Which messages stand here, for two days, so that we can delete them for you."),
        _("• Telegram itself keeps this chat until you delete it."),
        _("To erase everything about you, press the button or write /hapus."),
    )
    erase = (Button(_("🗑️ Erase all about me"), targets.ERASE),)
    return Reply(joined(*lines, separator="\n"), (erase, back_and_home(targets.MORE, words)))


def ask_erase(*, words: Words) -> Reply:
    """Ask once more before all is erased; where the first tap fell, a second one is harmless."""
    _ = words.gettext
    lines = (
        _("Erase everything about you? Your language and your answers go, and the messages here too."),
        _asked_first(words),
    )
    yes = (Button(_("🗑️ Yes, erase"), targets.ERASE_NOW),)
    return Reply(joined(*lines, separator="\n"), (back_and_home(targets.ABOUT_ME, words), yes))


def _asked_first(words: Words) -> str:
    """Say what is true of everybody, whether she has signed up for a discreet programme or not."""
    return words.gettext("Only a sign-up for a protected programme stays until the staff have asked you.")


def erased(*, words: Words) -> Reply:
    """Say that all is erased, and what only the person herself can remove."""
    _ = words.gettext
    done = _("Done. Everything about you is erased.")
    lines = (done, _asked_first(words), by_hand(words))
    return Reply(joined(*lines, separator="\n"), keys=(), clearing=Clearing.PERSON)


def cleared(*, words: Words) -> Reply:
    """Leave a neutral line where the chat was, with what only the person herself can remove."""
    _ = words.gettext
    done = _("Done.")
    return Reply(joined(done, by_hand(words), separator="\n"), keys=(), clearing=Clearing.CHAT)


def by_hand(words: Words) -> str:
    """Say what of a chat only the person herself can remove, and how."""
    _ = words.gettext
    return _(
        "Messages older than two days, and notices already on your screen, I cannot delete. "
        "To remove this chat: press its name, then ⋮, then Delete chat."
    )


def in_group(*, words: Words, bot_name: str | None) -> Reply:
    """Explain in a group, once, that answers come in private only."""
    _ = words.gettext
    text = _("Hello. I answer in a private chat only, so that nobody else reads it. Press here to write to me:")
    return Reply(plain(f"{text} https://t.me/{bot_name}" if bot_name else text))


def _paged(question: str, answers: list[Button], page: int, words: Words) -> Rows:
    rows = paged(answers, page, lambda number: targets.about_me(question, page=number), words)
    return (*rows, *_last_rows(question, words))


def _last_rows(question: str, words: Words) -> Rows:
    _ = words.gettext
    # Translators: a button: leaves a question about the reader unanswered, and forgets an earlier answer.
    skip = Button(_("I would rather not say"), targets.about_me(question, SKIP))
    return ((skip,), back_and_home(targets.ABOUT_ME, words))
