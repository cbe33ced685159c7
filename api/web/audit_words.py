"""The audit log in words: what each action is called. What it was about: audit_subjects.py."""

from collections.abc import Mapping
from typing import Any

from api.web import registration_words
from api.web.labels import role_names
from core.i18n import LANGUAGES, Words


def actions(words: Words) -> dict[str, str]:
    """Return what each action is called, grouped by what it is about."""
    return _of_texts(words) | _of_content(words) | _of_registrations(words) | _of_staff(words)


def _of_texts(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "text.save": _("Saved a draft"), "text.submit": _("Handed a text in"),
        "text.give_back": _("Gave a text back to its writers"), "text.approve": _("Approved a text"),
        "text.retract": _("Took a text away from readers"), "text.confirm": _("Found a text still right"),
        "text.scheduled": _("Carried out a change that was due"),
        "text.call_off": _("Called off what was to happen to a text"),
    }  # fmt: skip


def _of_content(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "article.new": _("Added an article"), "fact.new": _("Added a fact"), "contact.new": _("Added a contact"),
        "article.audience": _("Set whom an article is for"), "article.move": _("Moved an article"),
        "article.retire": _("Retired an article"), "article.bring_back": _("Brought an article back"),
        "topic.move": _("Moved a topic"), "topic.titles": _("Changed what a topic is called"),
        "synonym.put": _("Changed a search word"), "synonym.take_away": _("Took a search word away"),
        "source.new": _("Added a source"), "source.change": _("Changed a source"),
        "media.add": _("Added a picture or voice note"), "media.reword": _("Gave a picture or voice note other words"),
        "media.retire": _("Retired a picture or voice note"),
        "sheet.import": _("Imported translations from a workbook"),
        "programme.new": _("Added a programme"), "programme.change": _("Changed a programme"),
        "form.new": _("Added a form"), "form.draft": _("Worked on a form"), "form.publish": _("Published a form"),
        "form.discard": _("Dropped the draft of a form"),
        "link.check": _("Let a link be checked again"),
    }  # fmt: skip


def _of_registrations(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "registration.read": _("Read the answers of a registration"),
        "registration.decide": _("Decided on a registration"),
        "registration.export": _("Exported registrations"), "registration.find": _("Looked for a registration"),
        "registration.enter": _("Entered somebody"), "registration.import": _("Entered a list of people"),
        "registration.note": _("Wrote a note about a registration"),
        "registration.assign": _("Said who looks after a registration"),
        "registration.hand_over": _("Gave a registration to another province"),
        "registration.correct": _("Corrected an answer"), "registration.copy": _("Made a copy for a person"),
        "registration.erase": _("Erased a registration"),
        "registration.call": _("Told a person by telephone"),
        "registration.withdraw": _("Withdrew a registration at a person's wish"),
        "registration.leave": _("Left a registration at a person's wish"),
    }  # fmt: skip


def _of_staff(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "staff.invite": _("Invited a person"), "staff.reset": _("Made a new link for a password"),
        "staff.set_password": _("Set a password"), "staff.keep_app": _("Set up an app that gives codes"),
        "staff.renew_codes": _("Made new recovery codes"), "staff.forget_code": _("Took a lost app away"),
        "staff.disable": _("Ended an account"), "staff.enable": _("Let an account in again"),
        "role.give": _("Gave a role"), "role.take": _("Took a role away"),
        "staff.sign_in": _("Signed in"), "session.end": _("Ended sessions"),
        "token.make": _("Made an API token"), "token.end": _("Ended an API token"),
        "policy.code": _("Changed who needs a code"), "audit.export": _("Downloaded the audit log"),
    }  # fmt: skip


def told(action: str, details: Mapping[str, Any], words: Words) -> str:
    """Return what was done as one line: the action, with the language or role, the purpose or the outcome."""
    said = actions(words).get(action, action)
    for_what = [
        role_names(words).get(str(details.get("role")), ""), _name(str(details.get("language") or "")),
        *_of_registration(action, details, words),
    ]  # fmt: skip
    return " · ".join(filter(None, (said, *for_what)))


def _of_registration(action: str, details: Mapping[str, Any], words: Words) -> list[str]:
    """Return what answers were read for, what was decided, and whether names were taken away."""
    if action == "registration.decide":
        return [registration_words.statuses(words).get(str(details.get("to")), "")]
    if action == "registration.read":
        return [registration_words.purposes(words).get(str(details.get("purpose")), "")]
    if action == "registration.export" and "is_identified" in details:
        return [words.gettext("with names") if details["is_identified"] else words.gettext("without names")]
    return []


def _name(language: str) -> str:
    return LANGUAGES[language].name if language in LANGUAGES else ""
