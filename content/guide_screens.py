"""The screens that lead somebody through the library: paths to tick off, and self-checks of which nothing is kept."""

from collections.abc import Collection, Mapping

from content import targets
from content.catalogue import Catalogue
from content.guides import NO, YES, LiveSelfCheck
from content.live import nearest_language
from content.screens import article_buttons, back_and_home, clipped, not_verified
from core.i18n import Words
from core.messages import Button, Formatted, Reply, Rows, bold, italic, joined, plain

DONE, TO_DO = "✅", "▫️"


def stage_labels(words: Words) -> dict[str, str]:
    """Return what each stage is called on a button, in their order."""
    _ = words.gettext
    return {
        "planning": _("I plan to work abroad"), "abroad": _("I work abroad"), "returned": _("I have come back"),
        "family": _("My family member is abroad"),
    }  # fmt: skip


def paths(catalogue: Catalogue, *, words: Words) -> Reply | None:
    """Ask which path; what somebody said of herself is not told back here. None if there is no path."""
    if not catalogue.paths:
        return None
    rows = tuple(
        (Button(label, targets.path(stage)),)
        for stage, label in stage_labels(words).items()
        if stage in catalogue.paths
    )
    text = plain(words.gettext("Where do you stand? I show you what to read first."))
    return Reply(text, (*rows, back_and_home(None, words)))


def path(catalogue: Catalogue, stage: str, *, done: Collection[str], words: Words) -> Reply | None:
    """Show what to read first in a stage, and what of it is ticked off; None if there is no such path."""
    steps = catalogue.paths.get(stage)
    if not steps:
        return None
    _, count = words.gettext, sum(step in done for step in steps)
    rows = tuple(
        (Button(clipped(f"{DONE if step in done else TO_DO} {_title(catalogue, step, words)}"), targets.article(step)),)
        for step in steps
    )
    told = words.ngettext("{done} of {count} step is done.", "{done} of {count} steps are done.", len(steps))
    all_done = [italic(_("You have read it all. Well done."))] if count == len(steps) else []
    text = joined(
        bold(stage_labels(words)[stage]),
        told.format(done=words.number(count), count=words.number(len(steps))),
        _("Open one, read it, and tick it off at its end."),
        *all_done,
        separator="\n\n",
    )
    return Reply(text, (*rows, back_and_home(targets.PATHS, words)))


def _title(catalogue: Catalogue, slug: str, words: Words) -> str:
    return catalogue.articles[slug].text(words.language).title


def tick(stage: str, slug: str, *, is_done: bool, words: Words) -> tuple[Button, ...]:
    """Make the row that ticks an article off, or takes the tick away."""
    _ = words.gettext
    # Translators: a button under a text of a list: it is ticked off, or not any more.
    label = _("↩️ Not done yet") if is_done else _("✅ Done: tick it off")
    return (Button(label, targets.tick(stage, slug, is_done=not is_done)),)


def self_check(catalogue: Catalogue, slug: str, answers: str, *, words: Words) -> Reply | None:
    """Show a self-check: what it is, the next question, or what comes of the answers; None if there is none."""
    found = catalogue.self_checks.get(slug)
    if found is None or set(answers) - {YES, NO}:
        return None
    count = len(found.model.questions)
    if len(answers) >= count:
        return _result(catalogue, found, answers[:count], words)
    return _question(found, answers, words)


def _question(found: LiveSelfCheck, answers: str, words: Words) -> Reply:
    _, number, count = words.gettext, len(answers) + 1, len(found.model.questions)
    asked = found.model.questions[number - 1]
    question = asked.questions[nearest_language(asked.questions, words.language)]
    pieces: list[Formatted | str] = []
    if not answers:
        pieces = [bold(found.title(words.language)), _in(found.introductions, words)]
    pieces.append(bold(f"{words.number(number)}/{words.number(count)} · {question}"))
    buttons = tuple(
        Button(label, targets.self_check(found.slug, answers + answer))
        for label, answer in ((_("Yes"), YES), (_("No"), NO))
    )
    before = targets.self_check(found.slug, answers[:-1]) if answers else targets.topic(found.model.topic)
    return Reply(joined(*pieces, separator="\n\n"), (buttons, back_and_home(before, words)))


def _result(catalogue: Catalogue, found: LiveSelfCheck, answers: str, words: Words) -> Reply:
    _, level = words.gettext, found.level(answers)
    reasons = [risk.reasons[nearest_language(risk.reasons, words.language)] for risk in found.risks(answers)]
    pieces: list[Formatted | str] = [bold(level.titles[nearest_language(level.titles, words.language)])]
    if reasons:
        pieces.append("\n".join(f"• {reason}" for reason in reasons))
    pieces += [_in(level.bodies, words), italic(not_verified(words.language, words))]
    # Translators: a button: the self-check begins anew.
    again = (Button(_("🔁 Check once more"), targets.self_check(found.slug)),)
    rows: Rows = (*article_buttons(catalogue, level.articles, words), again)
    return Reply(joined(*pieces, separator="\n\n"), (*rows, back_and_home(targets.topic(found.model.topic), words)))


def _in(texts: Mapping[str, Formatted], words: Words) -> Formatted:
    return texts[nearest_language(texts, words.language)]
