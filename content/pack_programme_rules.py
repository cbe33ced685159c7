"""The rules for programmes, forms and synonyms: what they refer to exists, codes are unique, languages complete."""

from collections.abc import Collection

from content.form_shapes import BIRTH_DATE, RETURNED_ON, SEX, FormModel, ProgrammeModel, QuestionModel
from content.pack_files import Located, Report
from content.pack_models import Pack

CHOICES = frozenset({"choice", "choices"})


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
        for field, what in (*lacking, *_conditions(programme, form)):
            report.add(located.path, located.line(slug, field), f"{field}: {what}")
    for slug, form in pack.forms.items():
        _check_form(form, pack.files[f"forms/{slug}"], languages, report)
    synonyms = pack.files["synonyms"]
    for language in pack.synonyms:
        if language not in languages:
            report.add(synonyms.path, synonyms.line(language), f"{language} is not one of our languages")


def _conditions(programme: ProgrammeModel, form: FormModel | None) -> list[tuple[str, str]]:
    """Return what is wrong with the conditions of a programme: what it wants to know, its form has to ask."""
    types = {question.code: question.type for question in form.questions if question.required} if form else {}
    wanted = (
        ("least_age", BIRTH_DATE, "date"), ("most_age", BIRTH_DATE, "date"), ("sex", SEX, "choice"),
        ("returned_within_months", RETURNED_ON, "date"),
    )  # fmt: skip
    faults = [
        (field, f"the form must have the required question {code} of type {type_}")
        for field, code, type_ in wanted
        if getattr(programme, field) is not None and types.get(code) != type_
    ]
    if programme.least_age and programme.most_age and programme.least_age > programme.most_age:
        faults.append(("most_age", "is below least_age"))
    if programme.opens_on and programme.closes_on and programme.opens_on > programme.closes_on:
        faults.append(("closes_on", "is before opens_on"))
    return faults


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
    if question.code == SEX and set(codes) - {"female", "male"}:
        faults.append("its options are female and male")
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
