"""The screens of signing up, as plain replies. What a person typed is never read back, but for what tells little."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from content import countries, targets
from content.contact_lines import markup
from content.contacts import LiveContact
from content.form_shapes import QuestionModel
from content.guide_screens import stage_labels
from content.programmes import Programme
from content.screens import back_and_home, clipped, home_button, not_translated
from core.i18n import Words
from core.markup import parse
from core.messages import Button, Clearing, Formatted, Reply, Rows, bold, italic, joined, plain
from registrations import provinces, regencies, status_screens
from registrations.answers import NO, YES
from registrations.forms import Filling, label_of, language_of, texts_of
from registrations.paging import paged
from registrations.sign_up import Offer
from registrations.status_screens import STOP

LATER, STOP_NOW, SUMMARY, SEND, EDIT = "later", "stop!", "sum", "send", "edit"  # steps around a form
SKIP, BACK, DONE, KEPT, OPTION, PAGE = "-", "<", "ok", "=", "o", "p"  # what a question's buttons ask for, besides codes
ENDING_DIGITS = 2
TICK = "✔️"


def programmes(offers: Sequence[Offer], *, back: str, words: Words) -> Reply:
    """List the programmes that are open, in the given order, each with how long and whether there is room."""
    _ = words.gettext
    last = ((status_screens.button(words),), back_and_home(back, words))
    if not offers:
        return Reply(plain(_("Nobody can sign up now.")), last)
    lines = [joined(bold(each.title), *_room(each, words), separator="\n") for each in offers]
    rows = tuple((Button(clipped(each.title), targets.programme(each.programme.slug)),) for each in offers)
    return Reply(joined(bold(_("✍️ Open for sign-up")), *lines, separator="\n\n"), (*rows, *last))


def programme(offer: Offer, *, contact: LiveContact | None, back: str, words: Words) -> Reply:
    """Show who may join, until when and whether there is room, whom to ask, and how to begin."""
    _, slug = words.gettext, offer.programme.slug
    rows: list[tuple[Button, ...]] = []
    lines = [*_conditions(offer.programme, words), *_room(offer, words)]
    if offer.has_begun:
        if offer.can_send:
            rows.append(_go_on(targets.sign_up(slug), words))
            rows += [(Button(_("🌐 Fill it in on a page"), targets.form_page(slug)),)] * offer.has_page
        rows.append((Button(_("🗑️ Stop and erase it"), targets.question(slug, STOP)),))
    elif offer.is_open and offer.has_room:
        lines.append(_how_long(offer, words))
        if not offer.is_signed_up or offer.programme.discreet:
            rows.append((Button(_("✍️ Sign me up"), targets.sign_up(slug)),))
            rows += [(Button(_("🌐 Fill it in on a page"), targets.form_page(slug)),)] * offer.has_page
        rows.append((Button(_("👪 Sign a relative up"), targets.sign_up(slug, for_another=True)),))
    if offer.is_signed_up and not offer.programme.discreet:
        rows.append((status_screens.button(words),))
    if bell := _bell(offer, words):
        rows.append((bell,))
    pieces: list[Formatted | str] = [bold(offer.title), *filter(None, ["\n".join(lines)])]
    if contact is not None:
        pieces.append(_whom_to_ask(contact, words))
    return Reply(joined(*pieces, separator="\n\n"), (*rows, back_and_home(back, words)))


def _whom_to_ask(contact: LiveContact, words: Words) -> Formatted:
    # Translators: above the name and the numbers of an office.
    return joined(words.gettext("Whom to ask:"), parse(markup(contact, words)), separator="\n")


def _bell(offer: Offer, words: Words) -> Button | None:
    """Return the button that asks for a reminder, or takes it back."""
    _, target = words.gettext, targets.reminder(offer.programme.slug)
    if offer.is_reminded:
        return Button(_("🔕 Do not remind me any more"), target)
    labels = {
        "opens": _("🔔 Tell me when it opens"), "place": _("🔔 Tell me when a place is free"),
        "closes": _("🔔 Remind me before it closes"),
    }  # fmt: skip
    return Button(labels[offer.reminder], target) if offer.reminder else None


def reminder(title: str, *, slug: str, closes_on: date | None, words: Words) -> Reply:
    """Remind somebody that she can sign up, and until when."""
    _ = words.gettext
    until = _("Sign up until {day}.").format(day=words.day(closes_on)) if closes_on else ""
    body = joined(bold(title), " ".join(filter(None, (_("You can sign up now."), until))), separator="\n")
    return Reply(body, ((Button(_("✍️ Sign up"), targets.programme(slug)),), (home_button(words),)), below=True)


def _how_long(offer: Offer, words: Words) -> str:
    asked = words.ngettext("It asks {count} question at most.", "It asks {count} questions at most.", offer.questions)
    stop = words.gettext("You can stop at any time.")
    return f"{asked.format(count=words.number(offer.questions))} {stop}"


def _conditions(row: Programme, words: Words) -> list[str]:
    _ = words.gettext
    lines = []
    if row.stages:
        stages = "; ".join(label for code, label in stage_labels(words).items() if code in row.stages)
        # Translators: {stages} is what people say of themselves: "I plan to work abroad; I work abroad".
        lines.append(_("For people who say: {stages}.").format(stages=stages))
    if row.sex:
        lines.append(_("For women.") if row.sex == "female" else _("For men."))
    if row.least_age and row.most_age:
        ages = {"least": words.number(row.least_age), "most": words.number(row.most_age)}
        lines.append(_("From {least} to {most} years of age.").format(**ages))
    elif row.least_age:
        lines.append(_("From {least} years of age.").format(least=words.number(row.least_age)))
    elif row.most_age:
        lines.append(_("Up to {most} years of age.").format(most=words.number(row.most_age)))
    if row.returned_within_months:
        told = words.ngettext(
            "For people who came back in the last month.", "For people who came back in the last {count} months.",
            row.returned_within_months,
        )  # fmt: skip
        lines.append(told.format(count=words.number(row.returned_within_months)))
    if row.provinces:
        names = ", ".join(provinces.all_names()[code] for code in row.provinces)
        lines.append(_("For people of: {provinces}.").format(provinces=names))
    return lines


def _room(offer: Offer, words: Words) -> list[str]:
    """Say whether there is room. Of a discreet programme nobody learns here who has signed up."""
    _, row = words.gettext, offer.programme
    lines = []
    if offer.is_signed_up and not row.discreet:
        lines.append(_("You have signed up already. To see where it stands, write /status."))
    if not offer.is_open:
        return [*lines, _("Nobody can sign up now.")]
    if row.closes_on:
        lines.append(_("Sign up until {day}.").format(day=words.day(row.closes_on)))
    if offer.left == 0:
        lines.append(_("All places are taken. You can join the queue.") if row.waitlist else _("All places are taken."))
    elif offer.left is not None:
        left = words.ngettext("{count} place is left.", "{count} places are left.", offer.left)
        lines.append(left.format(count=words.number(offer.left)))
    return lines


def page_link(url: str, *, slug: str, words: Words) -> Reply:
    """Give the link to the page on which the form can be filled in."""
    _ = words.gettext
    text = _(
        "Press the button and answer there. The page opens for 30 minutes, and once. "
        "Nothing that you answer comes into this chat."
    )
    return Reply(
        plain(text), ((Button(_("🌐 Open the page"), url=url),), back_and_home(targets.programme(slug), words))
    )


def question(
    filling: Filling, found: QuestionModel, *, words: Words, note: str = "", page: int = 1, among: Sequence[str] = (),
    clears: bool = False, goes_on: bool = False,
) -> Reply:  # fmt: skip
    """Ask one question: how far one is, what is asked, why, and the answers that can be tapped.

    `among`: the codes that what was typed may mean. `clears`: what was typed goes, with the question before.
    `goes_on`: the answer that there is may stay as it is.
    """
    texts, shown = texts_of(found, words.language), filling.shown
    number = [each.code for each in shown].index(found.code) + 1
    pieces: list[Formatted | str] = [italic(note)] if note else []
    if filling.is_for_another and found.type != "consent":
        pieces.append(about_relative(words))
    pieces.append(bold(f"{words.number(number)}/{words.number(len(shown))} · {texts.question}"))
    if (asked_in := language_of(found, words.language)) != words.language:
        pieces.append(italic(not_translated(asked_in, words)))
    has_names = bool(_names(filling, found, among, words))
    pieces += [text for text in (texts.help, _hint(found, words, has_names=has_names)) if text]
    if texts.why:
        # Translators: {why} is why a question of a form is asked, a whole sentence.
        pieces.append(italic(words.gettext("Why we ask: {why}").format(why=texts.why)))
    stays = targets.question(filling.slug, filling.asked.index(found.code), DONE)
    # Translators: a button below a question that is answered: the answer stays, the next question comes.
    go_on: Rows = ((Button(words.gettext("▶️ Leave it so, go on"), stays),),) if goes_on else ()
    rows = (*_answers(filling, found, words, page=page, among=among), *go_on, *_around(filling, found, words))
    return Reply(joined(*pieces, separator="\n\n"), rows, clearing=_clearing(clears))


def about_relative(words: Words) -> str:
    """Say whom the questions are about, where that is not who answers them."""
    return words.gettext("👪 This is about your relative.")


def _clearing(clears: bool) -> Clearing:
    return Clearing.LAST if clears else Clearing.NOTHING


def _hint(found: QuestionModel, words: Words, *, has_names: bool) -> str:
    """Say how to answer what is typed; what is only tapped needs no words."""
    _ = words.gettext
    if found.type == "phone":
        return _("Write the number. Or send your own: press 📎, then Contact.")
    if found.type == "date":
        return _("Write day, month, year, such as 17-8-1990.")
    if found.type in {"province", "regency", "country"}:
        return _("Choose it, or write its name.") if has_names else _("Write its name.")
    if found.type == "choices":
        return _("You may choose several. Then press “Done”.")
    return _("Write your answer.") if found.type in {"short_text", "long_text", "number"} else ""


def _answers(filling: Filling, found: QuestionModel, words: Words, *, page: int, among: Sequence[str]) -> Rows:
    _, place, given = words.gettext, filling.asked.index(found.code), filling.given

    def button(label: str, answer: str) -> Button:
        return Button(clipped(label), targets.question(filling.slug, place, answer))

    if found.type == "consent":
        return ((button(_("✔️ I agree"), YES),), (button(_("✖️ I do not agree"), NO),))
    if found.type == "yes_no":
        return ((button(_("Yes"), YES), button(_("No"), NO)),)
    if found.type in {"choice", "choices"}:
        chosen = given.get(found.code, "").split(" ") if found.type == "choices" else []
        labels = [f"{'✔️ ' * (each.code in chosen)}{label_of(each.labels, words.language)}" for each in found.options]
        if found.code == filling.places_question:
            # Translators: behind an answer on a button: no place is left for those who choose it.
            full = _("full")
            labels = [
                f"{label} · {full}" if each.code in filling.full else label
                for label, each in zip(labels, found.options, strict=True)
            ]
        rows = tuple((button(label, f"{OPTION}{index}"),) for index, label in enumerate(labels))
        # Translators: a button: no more answers are chosen.
        return (*rows, (button(_("Done"), DONE),)) if given.get(found.code) and chosen else rows
    answers = [button(name, code) for code, name in _names(filling, found, among, words).items()]
    return paged(answers, page, lambda number: targets.question(filling.slug, place, f"{PAGE}{number}"), words)


def _names(filling: Filling, found: QuestionModel, among: Sequence[str], words: Words) -> Mapping[str, str]:
    """Return the names that can be tapped, by code: what was typed may mean some of them."""
    if found.type == "province":
        return provinces.all_names()
    if found.type == "country":
        return {code: countries.label(code, words.language) for code in countries.main()}
    if found.type != "regency":
        return {}
    if among:
        return {code: regencies.all_names()[code] for code in among}
    province = filling.asked.province_for(filling.given, found.code)
    return regencies.of_province(province) if province else {}


def _around(filling: Filling, found: QuestionModel, words: Words) -> Rows:
    """Return the buttons below every question: leave it out, back, later, stop."""
    _, slug, place = words.gettext, filling.slug, filling.asked.index(found.code)
    # Translators: a button: the question is not answered, and need not be.
    skip = (Button(_("Leave this out"), targets.question(slug, place, SKIP)),)
    back = Button(_("⬅️ Back"), targets.question(slug, place, BACK))
    return (*([] if found.required else [skip]), (back, _later_button(slug, words)), (_stop_button(slug, words),))


def _later_button(slug: str, words: Words) -> Button:
    _ = words.gettext
    # Translators: a button: what was answered is kept, and the sign-up goes on another day.
    return Button(_("💾 Go on later"), targets.question(slug, LATER))


def _stop_button(slug: str, words: Words) -> Button:
    _ = words.gettext
    # Translators: a button: the sign-up ends here, and what was answered is erased.
    return Button(_("🗑️ Stop"), targets.question(slug, STOP))


def summary(filling: Filling, *, words: Words, note: str = "", clears: bool = False) -> Reply:
    """Show that all is answered, and send it or change something. What is sensitive is only ticked off."""
    _, slug = words.gettext, filling.slug
    told = [_told(each, filling.given.get(each.code, ""), words) for each in filling.shown]
    asked = [texts_of(each, words.language).question for each in filling.shown]
    lines = [joined(f"{question} ", bold(answer)) for question, answer in zip(asked, told, strict=True)]
    pieces: list[Formatted | str] = [italic(note)] if note else []
    if filling.is_for_another:
        pieces.append(about_relative(words))
    pieces += [bold(_("Is everything right?")), joined(*lines, separator="\n")]
    if TICK in told:
        pieces.append(italic(_("✔️: it is there. I do not show it, for somebody else may read here.")))
    rows = (
        (Button(_("📨 Send"), targets.question(slug, SEND)),),
        (Button(_("✏️ Change an answer"), targets.question(slug, EDIT)),),
        (_later_button(slug, words), _stop_button(slug, words)),
    )
    return Reply(joined(*pieces, separator="\n\n"), rows, clearing=_clearing(clears))


def _told(found: QuestionModel, value: str, words: Words) -> str:
    """Return what is said of an answer: of what is typed or sensitive, only that it is there."""
    _ = words.gettext
    if not value:
        return "–"
    if found.type == "phone":
        # Translators: of a phone number that somebody gave, only its last two digits.
        return _("ends in {digits}").format(digits=value[-ENDING_DIGITS:])
    labels = {option.code: label_of(option.labels, words.language) for option in found.options}
    tell: dict[str, Callable[[], str]] = {
        "yes_no": lambda: _("Yes") if value == YES else _("No"),
        "consent": lambda: _("Yes") if value == YES else _("No"),
        "country": lambda: countries.country_name(value, words.language),
        "province": lambda: provinces.all_names()[value],
        "regency": lambda: regencies.all_names()[value],
        "choice": lambda: labels[value],
        "choices": lambda: ", ".join(labels[code] for code in value.split(" ")),
    }
    return TICK if found.sensitive or found.type not in tell else tell[found.type]()


def edit(filling: Filling, *, page: int, words: Words) -> Reply:
    """Ask which answer is to be changed."""
    _, slug = words.gettext, filling.slug
    buttons = [
        Button(clipped(texts_of(each, words.language).question), targets.question(slug, filling.asked.index(each.code)))
        for each in filling.shown
    ]
    rows = paged(buttons, page, lambda number: targets.question(slug, EDIT, f"{PAGE}{number}"), words, a_row=1)
    back = (Button(_("⬅️ Back"), targets.question(slug, SUMMARY)),)
    return Reply(plain(_("Which answer do you want to change?")), (*rows, back))


def ask_stop(*, slug: str, can_go_on: bool, words: Words) -> Reply:
    """Ask once more before what was answered is erased; where the first tap fell, a second one is harmless.

    "Stop" stands in the last row of a question, and in the last but one elsewhere.
    """
    _ = words.gettext
    yes = (Button(_("🗑️ Yes, stop and erase"), targets.question(slug, STOP_NOW)),)
    go_on = (_go_on(targets.sign_up(slug), words), (_later_button(slug, words),))
    rows = (yes, *go_on) if can_go_on else ((home_button(words),), yes)
    return Reply(plain(_("Stop the sign-up? What you have answered is erased.")), rows)


def closed(slug: str, *, is_over: bool, words: Words, clears: bool = False) -> Reply:
    """Say that what was begun cannot be sent, any more or now: nothing is asked that would be of no use."""
    _ = words.gettext
    over = _("Sign-up has closed. What you have answered cannot be sent any more.")
    text = over if is_over else _("Nobody can sign up now. What you have answered is kept.")
    erase = (Button(_("🗑️ Stop and erase it"), targets.question(slug, STOP)),)
    return Reply(plain(text), (erase, (home_button(words),)), clearing=_clearing(clears))


def kept(slug: str, *, words: Words) -> Reply:
    """Say that what was answered is kept, with the way back to it."""
    _ = words.gettext
    return Reply(plain(_("It is kept.")), (_go_on(targets.sign_up(slug), words), (home_button(words),)))


def with_way_back(shown: Reply, question: str, *, words: Words) -> Reply:
    """Put the way back to the question of a form that waits, by its target, below another screen."""
    _, slug, place = question.split(":")[:3]
    back = targets.question(slug, place, KEPT) if place.isdigit() else targets.sign_up(slug)
    return replace(shown, rows=(*shown.rows, _go_on(back, words)))


def _go_on(target: str, words: Words) -> tuple[Button, ...]:
    return (Button(words.gettext("▶️ Go on with the sign-up"), target),)


def done(text: str, *, words: Words, clears: bool = False) -> Reply:
    """Say one thing that ends something, with the way to the menu."""
    return Reply(plain(text), ((home_button(words),),), clearing=_clearing(clears))
