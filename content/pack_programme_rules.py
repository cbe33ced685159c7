"""The rules for programmes, forms and synonyms: what they refer to exists, codes are unique, languages complete."""

from collections.abc import Collection

from content.pack_files import Located, Report
from content.pack_models import Pack
from content.pack_shapes import FormModel, QuestionModel

CHOICES = frozenset({"choice", "choices"})


def check_programmes(pack: Pack, languages: Collection[str], report: Report) -> None:
    """Add every broken rule of programmes, forms and synonyms to the report."""
    articles, located = {article.slug for article in pack.articles}, pack.files["programmes"]
    for slug, programme in pack.programmes.items():
        if programme.article not in articles:
            report.add(located.path, located.line(slug, "article"), f"article: there is no {programme.article}")
        if programme.form is not None and programme.form not in pack.forms:
            report.add(located.path, located.line(slug, "form"), f"form: there is no {programme.form}")
    for slug, form in pack.forms.items():
        _check_form(form, pack.files[f"forms/{slug}"], languages, report)
    synonyms = pack.files["synonyms"]
    for language in pack.synonyms:
        if language not in languages:
            report.add(synonyms.path, synonyms.line(language), f"{language} is not one of our languages")


def _check_form(form: FormModel, located: Located, languages: Collection[str], report: Report) -> None:
    wanted = [language for language in languages if language not in form.missing]
    earlier: dict[str, QuestionModel] = {}
    for index, question in enumerate(form.questions):
        for what in (*_faults(question, earlier), *_lacking(question, wanted), *_foreign(question, languages)):
            report.add(located.path, located.line("questions", index), f"{question.code}: {what}")
        earlier[question.code] = question


def _faults(question: QuestionModel, earlier: dict[str, QuestionModel]) -> list[str]:
    faults = ["another question has this code too"] if question.code in earlier else []
    codes = [option.code for option in question.options]
    if bool(codes) != (question.type in CHOICES):
        faults.append("options belong to a choice, and a choice has options")
    if len(set(codes)) < len(codes):
        faults.append("two options have the same code")
    if question.shown_if is not None:
        asked = earlier.get(question.shown_if.question)
        known = {option.code for option in asked.options} | {"yes", "no"} if asked else set()
        faults += [
            f"shown_if: there is no answer {code} before it" for code in question.shown_if.is_ if code not in known
        ]
    return faults


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
