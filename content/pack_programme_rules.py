"""The rules for programmes, forms and synonyms: what they refer to exists, codes are unique, languages complete."""

from collections.abc import Collection

from content.form_rules import Broken, Rule, of_form, of_programme
from content.form_shapes import MOST_DIGITS, FormModel, QuestionModel
from content.pack_files import Located, Report
from content.pack_models import Pack


def check_programmes(pack: Pack, languages: Collection[str], report: Report) -> None:
    """Add every broken rule of programmes, forms and synonyms to the report."""
    articles, located = {article.slug for article in pack.articles}, pack.files["programmes"]
    for slug, programme in pack.programmes.items():
        named = (
            ("article", programme.article, articles), ("form", programme.form, pack.forms),
            ("contact", programme.contact, pack.contacts),
        )  # fmt: skip
        lacking = [(field, f"there is no {name}") for field, name, known in named if name and name not in known]
        form = pack.forms.get(programme.form) if programme.form else None
        conditions = of_programme(programme, form.questions if form else None)
        for field, what in (*lacking, *((broken.where, _told(broken)) for broken in conditions)):
            report.add(located.path, located.line(slug, field), f"{field}: {what}")
    for slug, form in pack.forms.items():
        _check_form(form, pack.files[f"forms/{slug}"], languages, report)
    synonyms = pack.files["synonyms"]
    for language in pack.synonyms:
        if language not in languages:
            report.add(synonyms.path, synonyms.line(language), f"{language} is not one of our languages")


def _told(broken: Broken) -> str:
    """Say a broken rule to who edits the pack."""
    told = {
        Rule.SAME_CODE: "another question has this code too",
        Rule.OPTIONS: "options belong to a choice, and a choice has options",
        Rule.SAME_OPTION: "two options have the same code",
        Rule.SEX_OPTIONS: "its options are female and male",
        Rule.NO_QUESTION: f"shown_if: there is no question {broken.what} before it",
        Rule.SHOWN_IF: f"shown_if: there is no answer {broken.what} before it",
        Rule.BOUNDS: f"most: no number of {MOST_DIGITS} digits or less lies between least and most",
        Rule.NO_NUMBER: "least and most belong to a number",
        Rule.NOT_ASKED: f"the form must ask {broken.what}: see content-pack.md for its type",
        Rule.AGES: "is below least_age",
        Rule.DAYS: "is before opens_on",
        Rule.DIVIDED_ONCE: "places are divided by province, or by the answers to places_question",
        Rule.DIVIDED_BY: "places_by_answer needs it",
        Rule.PLACES_QUESTION: f"{broken.what} is no required choice that is always asked and not sensitive",
        Rule.CONSENT_MONTHS: f'the consent of the form says "{broken.what}": the number has to be the same',
        Rule.PLACES_ANSWER: f"places_question has no answer {broken.what}",
    }
    return told[broken.rule]


def _check_form(form: FormModel, located: Located, languages: Collection[str], report: Report) -> None:
    wanted = [language for language in languages if language not in form.missing]
    found = [(broken.place, broken.where, _told(broken)) for broken in of_form(form.questions)]
    for place, question in enumerate(form.questions):
        faults = (*_lacking(question, wanted), *_foreign(question, languages))
        found += [(place, question.code, what) for what in faults]
    for place, code, what in found:
        report.add(located.path, located.line("questions", place), f"{code}: {what}")


def _lacking(question: QuestionModel, wanted: Collection[str]) -> list[str]:
    texts = [f"{language} is missing" for language in wanted if language not in question.texts]
    labels = [
        f"{option.code}: {language} is missing"
        for option in question.options
        for language in wanted
        if language not in option.labels
    ]
    return texts + labels


def _foreign(question: QuestionModel, languages: Collection[str]) -> list[str]:
    used = {*question.texts, *(language for option in question.options for language in option.labels)}
    return [f"{language} is not one of our languages" for language in sorted(used) if language not in languages]
