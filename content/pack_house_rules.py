"""The rules of good writing for the shipped pack: short, plain, traceable, careful where it is not certain.

`./bekal content check` holds a pack to them; an import does not: a text that is too long still helps somebody.
The words are data: content/plain_language.yaml.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from content.bodies import REFERENCE, parts_of, references_in
from content.guide_shapes import SelfCheckModel
from content.pack_files import Report
from content.pack_models import Pack, PackArticle, PackText
from content.revisions import EntryKind
from core.markup import parse
from core.yaml_files import load_yaml

WORDS_AN_ARTICLE = range(60, 171)
WORDS_ON_A_COUNTRY = range(60, 251)
MOST_WORDS_A_SENTENCE = 20
MOST_ON_AVERAGE = 12
MOST_POINTS = 5
MONTHS_WHERE_UNCERTAIN, MONTHS_OF_HYGIENE = 3, 12
HYGIENE = "HH-"  # how the dossier of hygiene and health numbers its statements
POINT = re.compile(r"^\d\. ", re.MULTILINE)
TABLE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")
WORD = re.compile(r"\w+(?:['’-]\w+)*")
BARE_NUMBER = re.compile(r"(?<![A-Za-z])\d")  # P3MI and B1 are names
A_VALUE = "7"  # what stands for a fact or contact while words are counted
EXPLAINED = r"\b{0},? ?(\(|adalah|artinya|itu |yaitu)|[(]{0}[)]|(nama|namanya|disebut) {0}\b|\b{0}, [a-z]"


class NamedNumber(BaseModel):
    """A name that holds a number, and why it may."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    why: str


class NumberWords(BaseModel):
    """Number words of a language, what they count where that is a value, and phrases of them that are none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    numbers: tuple[str, ...]
    counted: tuple[str, ...]
    allowed: tuple[NamedNumber, ...] = ()


class PlainLanguage(BaseModel):
    """The data of the rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    office_words: tuple[str, ...]
    to_explain: tuple[str, ...]
    named_numbers: tuple[NamedNumber, ...]
    number_words: dict[str, NumberWords]
    cautious: dict[str, tuple[str, ...]]


@cache
def plain_language() -> PlainLanguage:
    """Return the words that the rules speak of."""
    return PlainLanguage.model_validate(load_yaml(Path(__file__).with_name("plain_language.yaml")))


def check_house_rules(pack: Pack, report: Report) -> None:
    """Add what a good text would do better to the report."""
    for article in pack.articles:
        for text in article.texts.values():
            for what in (*_shape(text), *_length(article, text), *_numbers(text), *_caution(article, text, pack)):
                report.add(text.located.path, text.body_line, what)
        for what in (*_office(article.source), *_support(article, pack)):
            report.add(article.source.located.path, article.source.body_line, what)
    for slug, check in pack.self_checks.items():
        for what in _numbers_of_check(check):
            report.add(pack.files[f"self_checks/{slug}"].path, 1, what)


def sentences_of(text: PackText) -> list[list[str]]:
    """Return the sentences of a text as lists of words; a fact or contact is one word, a table is none."""
    sentences = [WORD.findall(sentence) for sentence in SENTENCE_END.split(_prose(text))]
    return [words for words in sentences if words and words != [A_VALUE]]


def words_of(text: PackText) -> int:
    """Return how many words a text has."""
    return sum(map(len, sentences_of(text)))


def _prose(text: PackText) -> str:
    body = TABLE.sub("", REFERENCE.sub(A_VALUE, "\n".join(parts_of(text.body))))
    return parse(POINT.sub("", body)).text


def _shape(text: PackText) -> Iterator[str]:
    lines = [line for line in text.body.split("\n") if line]
    if not lines[0].startswith("<b>"):
        yield "the first line says the one thing to do, in <b>"
    if len(POINT.findall(text.body)) > MOST_POINTS:
        yield f"more than {MOST_POINTS} points"
    if not lines[-1].startswith("{{contact:"):
        yield "the text ends with whom to call: {{contact:…}}"


def _length(article: PackArticle, text: PackText) -> Iterator[str]:
    lengths = list(map(len, sentences_of(text)))
    fitting = WORDS_ON_A_COUNTRY if article.topic.startswith("countries-") else WORDS_AN_ARTICLE
    if sum(lengths) not in fitting:
        yield f"{sum(lengths)} words: {fitting[0]} to {fitting[-1]} are right"
    if sum(lengths) > MOST_ON_AVERAGE * len(lengths):
        yield f"more than {MOST_ON_AVERAGE} words a sentence on average"
    for sentence in sentences_of(text):
        if len(sentence) > MOST_WORDS_A_SENTENCE:
            yield f"a sentence of more than {MOST_WORDS_A_SENTENCE} words: {' '.join(sentence[:5])} …"


def _numbers(text: PackText) -> Iterator[str]:
    body = POINT.sub("", text.body)
    for line in (text.front.title, text.front.summary, *body.split("\n")):
        if holds_a_number(line, text.language):
            yield f"a number that no {{{{fact:…}}}} holds: {line[:60]}"


def holds_a_number(line: str, language: str) -> bool:
    """Tell whether a line has a digit, or a number word before what it counts, that no fact, contact or name holds."""
    bare = REFERENCE.sub("", line)
    for known in (*plain_language().named_numbers, *plain_language().number_words[language].allowed):
        bare = bare.replace(known.name, "")
    return bool(BARE_NUMBER.search(bare) or _number_words(language).search(bare))


def _numbers_of_check(check: SelfCheckModel) -> Iterator[str]:
    """Tell which texts of a self-check hold a number; how many questions it has, it may say."""
    asked = [texts for question in check.questions for texts in (question.questions, question.reasons)]
    results = [texts for level in check.levels for texts in (level.titles, level.bodies)]
    for language, text in (
        pair for texts in (check.titles, check.introductions, *asked, *results) for pair in texts.items()
    ):
        if holds_a_number(re.sub(rf"\b{len(check.questions)}\b", "", text), language):
            yield f"a number that no {{{{fact:…}}}} holds: {text[:60]}"


@cache
def _number_words(language: str) -> re.Pattern[str]:
    known = plain_language().number_words[language]
    return re.compile(rf"\b(?:{'|'.join(known.numbers)}) (?:{'|'.join(known.counted)})\b", re.IGNORECASE)


def _office(text: PackText) -> Iterator[str]:
    prose = _prose(text)
    for word in plain_language().office_words:
        if re.search(rf"\b{word}\b", prose, re.IGNORECASE):
            yield f"language of offices: {word}"
    for name in plain_language().to_explain:
        if re.search(rf"\b{name}\b", prose) and not re.search(EXPLAINED.format(name), prose, re.IGNORECASE):
            yield f"{name} is not explained: say once what it is"


def _support(article: PackArticle, pack: Pack) -> Iterator[str]:
    """Tell where an article rests on nothing, or on what is not certain and is read again too late."""
    numbers = _numbers_behind(article, pack)
    if not numbers:
        yield "no evidence is named"
    is_hygiene = all(number.startswith(HYGIENE) for number in numbers)
    most = MONTHS_OF_HYGIENE if is_hygiene else MONTHS_WHERE_UNCERTAIN
    uncertain = _uncertain(numbers, pack)
    if uncertain and article.shared.review_months > most:
        yield f"rests on {', '.join(uncertain)}, which are not certain: review_months is {most} at most"


def _caution(article: PackArticle, text: PackText, pack: Pack) -> Iterator[str]:
    """Tell where a text, in its own language, does not tread carefully though what it rests on is not certain."""
    uncertain, prose = _uncertain(_numbers_behind(article, pack), pack), _prose(text).lower()
    if uncertain and not any(re.search(rf"\b{word}", prose) for word in plain_language().cautious[text.language]):
        yield f"rests on {', '.join(uncertain)}, which are not certain, and does not say so"


def _numbers_behind(article: PackArticle, pack: Pack) -> set[str]:
    """Return the numbers of the statements that an article and the facts it shows rest on."""
    shown = [reference.slug for reference in references_in(article.source.body) if reference.kind == EntryKind.FACT]
    return {*article.shared.evidence, *(number for slug in shown for number in pack.facts[slug].evidence)}


def _uncertain(numbers: Iterable[str], pack: Pack) -> list[str]:
    """Return which statements are not marked high, or are to be checked again."""
    claims = {number: pack.evidence[number] for number in numbers}
    return sorted(number for number, claim in claims.items() if claim.confidence != "high" or claim.check)
