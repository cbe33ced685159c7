"""`python -m bench.search`: how well search answers questions on the shipped pack, and how quickly it does so.

Our own questions were used for tuning; the frozen ones were written by another person from the titles alone and were
not. Marks are told for each half; only those of the frozen half say what to expect of people.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import yaml

from content import targets
from content.catalogue import Catalogue, load_catalogue
from content.finding import Library
from content.importing import import_pack
from content.pack import read_pack
from content.seals import Seals
from content.search import Entry, SearchIndex, entries_of
from core.crypto import Vault
from core.db import Database
from core.i18n import LANGUAGES, fallbacks
from migrations.running import migrate

QUESTIONS = Path(__file__).resolve().parent.parent / "tests" / "content" / "questions"
HALVES = ("ours", "frozen")
OFF_TOPIC = "off-topic"
SIZES = {1_000: 8_000, 10_000: 25_000}  # articles, and how many different words about so many use (Heaps' law)
ROUNDS = 10
SEED = 20261125
PERCENTILES = (50, 95, 99)
BROUGHT_AT = datetime(2026, 11, 25, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """What a person may type, and the slugs of the articles that answer it; none if nothing here does."""

    language: str
    kind: str
    text: str
    wants: tuple[str, ...]


@dataclass
class Marks:
    """How many questions were answered by the first hit and by the first three, or by an honest nothing.

    A question whose articles are not in the pack is not marked but counted as unwritten.
    """

    answerable: int = 0
    top_1: int = 0
    top_3: int = 0
    off_topic: int = 0
    honest: int = 0
    unwritten: int = 0
    misses: list[str] = field(default_factory=list)

    def count(self, question: Question, found: Sequence[str], *, said_no: bool) -> None:
        """Mark the answer to one question; `said_no`: it says that nothing was found, whatever may help instead."""
        if not question.wants:
            self.off_topic += 1
            self.honest += said_no
            is_right = said_no
        else:
            self.answerable += 1
            self.top_1 += found[:1] != [] and found[0] in question.wants
            is_right = any(slug in question.wants for slug in found[:3])
            self.top_3 += is_right
        if not is_right:
            wanted = ", ".join(question.wants) or "nothing"
            self.misses.append(f"{question.language} {question.text!r} wants {wanted}, gets {', '.join(found) or '-'}")

    def __str__(self) -> str:
        answered = f"top-1 {self.top_1}/{self.answerable}  top-3 {self.top_3}/{self.answerable}"
        honest = f"honest no {self.honest}/{self.off_topic}"
        unwritten = f"not in the pack {self.unwritten}"
        told = ((answered, self.answerable), (honest, self.off_topic), (unwritten, self.unwritten))
        return "  ".join(text for text, count in told if count)


def read_questions(half: str) -> tuple[Question, ...]:
    """Return one half of the questions; none if it is not there."""
    path = QUESTIONS / f"{half}.yaml"
    read = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else []
    return tuple(Question(**entry | {"wants": tuple(entry["wants"])}) for entry in read)


def marks_of(content: Catalogue, questions: Sequence[Question]) -> Marks:
    """Ask every question as a reader of its language would, and mark the answers."""
    library, marks = Library(), Marks()
    for question in questions:
        if question.wants and content.articles.keys().isdisjoint(question.wants):
            marks.unwritten += 1
            continue
        hits = library.find(content, question.language, question.text)
        said_no = not hits or hits[0].target == targets.NO_ANSWER
        found = [hit.target.split(":")[1] for hit in hits if hit.target not in {targets.NO_ANSWER, targets.CONTACTS}]
        marks.count(question, found, said_no=said_no)
    return marks


async def shipped_content(database: Database) -> Catalogue:
    """Bring the shipped pack into an empty database and return what readers see of it."""
    seals = Seals(Vault([bytes(32)]))
    async with database.session() as session:
        await import_pack(session, read_pack(), now=BROUGHT_AT, seals=seals)
    async with database.reading() as connection:
        content = await load_catalogue(connection, today=BROUGHT_AT.date(), show_unverified=True, seals=seals)
    await database.close()
    return content


def grown(entries: Sequence[Entry], count: int, random: Random) -> Iterator[Entry]:
    """Make many entries of a few: every second word becomes another, some of them often, most of them seldom."""
    syllables = [consonant + vowel for consonant in "bcdghjklmnprstwy" for vowel in "aiueo"]
    pool = ["".join(random.choices(syllables, k=random.randint(2, 4))) for _ in range(SIZES[count])]

    def varied(text: str) -> str:
        words = text.split()
        return " ".join(
            pool[int(len(pool) * random.random() ** 3)] if random.random() < 0.5 else word for word in words
        )

    for number in range(count):
        entry = entries[number % len(entries)]
        yield replace(
            entry,
            target=f"a:{number}:1",
            title=varied(entry.title),
            summary=varied(entry.summary),
            words=tuple(map(varied, entry.words)),
            body=varied(entry.body),
        )


def milliseconds(index: SearchIndex, questions: tuple[Question, ...]) -> dict[int, float]:
    """Return percentiles of the time that one search takes."""
    taken = []
    for question in questions * ROUNDS:
        began = time.perf_counter()
        index.find(question.text)
        taken.append(1000 * (time.perf_counter() - began))
    taken.sort()
    return {percent: taken[min(len(taken) - 1, len(taken) * percent // 100)] for percent in PERCENTILES}


def tell_marks(content: Catalogue) -> None:
    for half in HALVES:
        questions = read_questions(half)
        if not questions:
            continue
        marks = marks_of(content, questions)
        print(f"{half}: {marks}")
        for kind in dict.fromkeys(question.kind for question in questions):
            print(f"  {kind:<10} {marks_of(content, [each for each in questions if each.kind == kind])}")
        print("".join(f"  missed: {miss}\n" for miss in marks.misses), end="")


def tell_times(content: Catalogue) -> None:
    """Tell how long one search takes in the library as it is, and among many articles."""
    for count in (0, *SIZES):
        print(f"one search among {count or len(content.articles)} articles, one thread:")
        for language in LANGUAGES:
            _tell_times(content, language, count)


def _tell_times(content: Catalogue, language: str, count: int) -> None:
    entries = entries_of(content, language)
    many = tuple(grown([entry for entry in entries if entry.body], count, Random(SEED))) if count else entries
    synonyms = {word: said for code in fallbacks(language)[::-1] for word, said in content.synonyms[code].items()}
    began = time.perf_counter()
    index = SearchIndex(many, synonyms)
    built = time.perf_counter() - began
    began = time.perf_counter()
    index = index.replaced((replace(many[0], title="x"), *many[1:]), synonyms)
    replaced = time.perf_counter() - began
    taken = milliseconds(index, read_questions("ours"))
    times = "  ".join(f"p{percent} {each:.1f} ms" for percent, each in taken.items())
    print(f"  {language}  {times}  (built in {built:.2f} s, one article replaced in {replaced:.2f} s)")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/search.db"
        migrate(url)
        content = asyncio.run(shipped_content(Database(url)))
    tell_marks(content)
    tell_times(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
