"""Search: what of the live content a typed text may be asking for, in one language, or an honest nothing.

An index is a look-up from every word, and what is left of it without affixes, to what holds it. A word of the text that
is not there is compared, letter by letter, with those that begin or end as it does. Nothing changes once it is made, so
any number of threads may ask at once. How words are made even is in content/search_words.py.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from content import targets
from content.catalogue import Catalogue
from content.live import LiveArticle
from content.search_words import is_from_elsewhere, is_telling, skeleton, stems, words_of

IN_TITLE, IN_WORDS, IN_SUMMARY, IN_FOREIGN, IN_BODY = 1.0, 0.8, 0.7, 0.5, 0.35
SAME_STEM, SAME_SKELETON, SAME_MEANING = 0.92, 0.85, 0.95
TOLD_WHOLE = 0.62  # at least, where a title or tag of several words stands in a text, whatever else it asks
BESIDE_A_PHRASE = 0.8  # what a word counts for by itself where the phrase that it stands in has a meaning of its own
UNKNOWN_WEIGHT = 0.5  # of a word that stands nowhere: it says that something else is asked
ELSEWHERE_WEIGHT = 2.5  # of one that surely asks for something else
UNANSWERED = 0.5  # how much the unanswered words of a text count against it
NEAR_ENOUGH = 0.4
MOST_LETTERS, MOST_WORDS = 1000, 40  # what stands after that is not read
LONGEST_PHRASE = 4
SHORTEST_MISSPELT, SHORTEST_WITH_ANOTHER_BEGINNING, SHORTEST_WITH_TWO_SLIPS = 4, 6, 8
SHORTEST_GLUED = 7
PASSIVE = "di"  # as a word of its own it means "in"
SHORT_NAME = re.compile(r"\b(?=[A-Z]*[A-Z0-9]{2})[A-Z0-9]{3,8}\b")
SHORTEST_SKELETON, LETTERS_A_VOWEL = 3, 4  # mjkn, mjkan: so few vowels that they were left out
TITLE_AGREES = 0.08  # so much more or less for a text that reads as the title does, or quite otherwise

Weights = Mapping[int, float]  # how well each entry, by number, answers a word
Phrase = tuple[str, ...]
Synonyms = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be found: an article, a topic, a country's contacts.

    `words` are its tags, `foreign` its titles and tags in other languages.
    """

    target: str
    title: str
    summary: str
    words: tuple[str, ...]
    body: str = ""
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What may be meant, and how sure that is: 0 to 1."""

    target: str
    score: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a text: which entries answer it, and how much it says."""

    answers: Weights
    weight: float


class SearchIndex:
    """One language's index of the entries; a word also means what the synonyms say of it."""

    def __init__(self, entries: Iterable[Entry], synonyms: Synonyms) -> None:
        self._entries = tuple(entries)
        self._titles = tuple(" ".join(_phrase(entry.title)) for entry in self._entries)
        self._told = _told(self._entries)
        self._meanings = _meanings(synonyms)
        self._holders = _holders([_read(entry) for entry in self._entries])
        single = [phrase[0] for phrase in self._meanings if len(phrase) == 1]
        self._forms = _forms((*self._holders, *single))
        self._skeletons = _grouped((*self._holders, *single), skeleton)
        self._beginning = _grouped(self._forms, lambda form: form[0])
        self._ending = _grouped(self._forms, lambda form: form[-1])

    def find(self, text: str, *, limit: int = 5) -> tuple[Hit, ...]:
        """Return what is nearest to a text, best first; nothing if nothing is near."""
        words = self._glued(words_of(text[:MOST_LETTERS])[:MOST_WORDS])
        asked = self._asked(words)
        typed = " ".join(words)
        scores = _scores(asked)
        for number in () if any(map(is_from_elsewhere, words)) else self._told_whole(words):
            scores[number] = max(scores.get(number, 0.0), TOLD_WHOLE)
        near = {
            number: min(1.0, score + TITLE_AGREES * (fuzz.ratio(typed, self._titles[number]) / 100 - 0.5))
            for number, score in scores.items()
            if score >= NEAR_ENOUGH
        }
        best = sorted(near, key=lambda number: (self._titles[number] != typed, -near[number], number))[:limit]
        return tuple(Hit(self._entries[number].target, near[number]) for number in best)

    def find_whole(self, text: str) -> tuple[Hit, ...]:
        """Return that of which a title or tag of several words stands in a text, whatever else it asks."""
        found = sorted(self._told_whole(self._glued(words_of(text[:MOST_LETTERS])[:MOST_WORDS])))
        return tuple(Hit(self._entries[number].target, TOLD_WHOLE) for number in found)

    def _told_whole(self, words: Sequence[str]) -> set[int]:
        """Return the entries of which a title or tag of several words stands in a text, whatever else it tells."""
        return {number for span in _spans(words) for number in self._told.get(span, ())}

    def _asked(self, words: Sequence[str]) -> list[Asked]:
        """Tell what each word asks for: by itself, and as part of a phrase that also means something else."""
        answers: dict[str, dict[int, float]] = {}
        for word in dict.fromkeys(words):
            if is_telling(word):
                answers |= {part: self._answers(part) for part in self._unglued(word)}
        for phrase, meanings in self._phrases(words):
            meant = self._answers_of_any(meanings)
            for word in phrase if meant else ():
                alone = {number: answer * BESIDE_A_PHRASE for number, answer in answers.get(word, {}).items()}
                _join(alone, meant, SAME_MEANING)
                answers[word] = alone
        return [Asked(found, self._weight(word, found)) for word, found in answers.items()]

    def _phrases(self, words: Sequence[str]) -> list[tuple[Phrase, Sequence[Phrase]]]:
        return [(span, self._meanings[span]) for span in _spans(words) if span in self._meanings]

    def _glued(self, words: Sequence[str]) -> list[str]:
        """Put "di bayar" together, as it should be written, where the whole is known; "di ukum" lost an h: dihukum."""
        glued = list(words)
        for at in range(len(glued) - 1, 0, -1):
            wholes = (f"{PASSIVE}{glued[at]}", f"{PASSIVE}h{glued[at]}") if glued[at - 1] == PASSIVE else ()
            known = next((whole for whole in wholes if whole in self._holders), None)
            if known:
                glued[at - 1 : at + 1] = [known]
        return glued

    def _unglued(self, word: str) -> tuple[str, ...]:
        """Take two words apart that were written as one; a word that is known stays whole."""
        if word in self._forms or len(word) < SHORTEST_GLUED:
            return (word,)
        for cut in range(3, len(word) - 2):
            parts = (word[:cut], word[cut:])
            if all(part in self._holders for part in parts):
                return parts
        return (word,)

    def _answers(self, word: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for known, likeness in self._alike(word).items():
            _join(found, self._holders.get(known, {}), likeness)
            meanings = self._meanings.get((known,))
            if meanings:
                _join(found, self._answers_of_any(meanings), likeness * SAME_MEANING)
        return found

    def _answers_of_any(self, meanings: Sequence[Phrase]) -> dict[int, float]:
        """Return the entries that answer one of the meanings: one of several words only where they all stand."""
        found: dict[int, float] = {}
        for meaning in meanings:
            parts = [self._held(word) for word in meaning]
            common = set(parts[0]).intersection(*parts[1:])
            _join(found, {number: min(part[number] for part in parts) for number in common}, 1.0)
        return found

    def _held(self, word: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for known, likeness in self._same(word).items():
            _join(found, self._holders.get(known, {}), likeness)
        return found

    def _alike(self, word: str) -> Mapping[str, float]:
        """Return the known words that a typed one may be, and how alike they are."""
        if is_from_elsewhere(word):
            return self._forms.get(word, {})
        same = self._same(word)
        is_known = any(likeness == 1 for likeness in same.values())
        return same if is_known else {**self._misspelt(word), **same}

    def _same(self, word: str) -> dict[str, float]:
        """Return the known words that are the same but for affixes, or vowels that a hasty person leaves out."""
        found = {known: SAME_STEM for stem in stems(word) for known in self._forms.get(stem, {})}
        found |= self._forms.get(word, {})
        bare = skeleton(word)
        if len(bare) >= SHORTEST_SKELETON and len(word) - len(bare) <= len(word) // LETTERS_A_VOWEL:
            found |= {known: SAME_SKELETON for known in self._skeletons.get(bare, ()) if known not in found}
        return found

    def _misspelt(self, word: str) -> dict[str, float]:
        if len(word) < SHORTEST_MISSPELT:
            return {}
        near = (*self._beginning.get(word[0], ()), *self._ending.get(word[-1], ()))
        most = 1 if len(word) < SHORTEST_WITH_TWO_SLIPS else 2
        found: dict[str, float] = {}
        for form, slips, _ in process.extract_iter(word, near, scorer=OSA.distance, score_cutoff=most):
            likeness = _likeness(word, form, int(slips))
            for known, share in self._forms[form].items():
                found[known] = max(found.get(known, 0.0), likeness * share)
        return {known: likeness for known, likeness in found.items() if likeness}

    def _weight(self, word: str, answers: Weights) -> float:
        """Return how much a word says: one that few entries answer says more than one that many do."""
        if not answers:
            return ELSEWHERE_WEIGHT if is_from_elsewhere(word) else UNKNOWN_WEIGHT
        count = len(self._entries)
        return log(1 + count / sum(answers.values())) / log(1 + 2 * count)


def _spans(words: Sequence[str]) -> Iterator[Phrase]:
    """Give all that stand together in a text, two words or more."""
    for length in range(2, LONGEST_PHRASE + 1):
        for start in range(len(words) - length + 1):
            yield tuple(words[start : start + length])


def _told(entries: Sequence[Entry]) -> dict[Phrase, list[int]]:
    """Return for each title or tag that says at least two things the entries, by number, that have it."""
    told: dict[Phrase, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for text in {entry.title, *entry.words, *entry.foreign}:
            phrase = _phrase(text)
            if len(phrase) <= LONGEST_PHRASE and sum(map(is_telling, phrase)) > 1:
                told[phrase].append(number)
    return dict(told)


def _likeness(word: str, form: str, slips: int) -> float:
    """Return how likely a word is another one misspelt; 0 where short words differ in what carries them."""
    shortest = min(len(word), len(form))
    ends_alike = word[0] == form[0] and word[-1] == form[-1]
    is_swapped = sorted(word) == sorted(form)
    if shortest < SHORTEST_MISSPELT or (shortest == SHORTEST_MISSPELT and not (ends_alike or is_swapped)):
        return 0.0
    if word[0] != form[0] and shortest < SHORTEST_WITH_ANOTHER_BEGINNING:
        return 0.0
    return 1 - 1.1 * slips / shortest


def _scores(asked: Sequence[Asked]) -> dict[int, float]:
    """Weigh how much of what is asked an entry answers, and how well it answers anything at all.

    The words that say most come first. An entry that only the last ones know cannot come near enough, and is left out:
    those are the words that thousands of entries hold.
    """
    whole = sum(each.weight for each in asked)
    answered, missed, left = dict[int, float](), dict[int, float](), whole
    for each in sorted(asked, key=lambda each: -each.weight):
        if left > 0 and left / (left + UNANSWERED * (whole - left)) >= NEAR_ENOUGH:
            for number, answer in each.answers.items():
                answered[number] = answered.get(number, 0.0) + answer * each.weight
                missed[number] = missed.get(number, 1.0) * (1 - answer)
        else:
            for number in answered.keys() & each.answers.keys():
                answered[number] += each.answers[number] * each.weight
                missed[number] *= 1 - each.answers[number]
        left -= each.weight
    return {
        number: (1 - missed[number]) * score / (score + UNANSWERED * (whole - score))
        for number, score in answered.items()
        if score
    }


def _join(found: dict[int, float], other: Weights, share: float) -> None:
    """Put other answers beside those that were found: of each entry the better one; the others count for a share."""
    for number, answer in other.items():
        if answer * share > found.get(number, 0.0):
            found[number] = answer * share


@lru_cache(maxsize=1 << 13)  # 2,000 articles in four languages, or a dozen versions of the library that ships
def _read(entry: Entry) -> Mapping[str, float]:
    """Return the words of an entry with what each counts for, which is where it stands best.

    Remembered, as `_phrase` is: of a changed content most entries are the same as before.
    """
    read: dict[str, float] = {}
    words, foreign = " ".join(entry.words), " ".join(entry.foreign)
    places = [(IN_BODY, entry.body), (IN_FOREIGN, foreign), (IN_SUMMARY, entry.summary), (IN_WORDS, words)]
    for weight, text in (*places, (IN_TITLE, entry.title)):
        read |= {word: weight for word in words_of(text) if is_telling(word)}
    return read


@lru_cache(maxsize=1 << 14)
def _phrase(text: str) -> Phrase:
    """Return the words of a title, a tag or a meaning."""
    return tuple(words_of(text))


def _holders(read: Sequence[Mapping[str, float]]) -> dict[str, dict[int, float]]:
    """Return for each word the entries that hold it, by number, and what it counts for there."""
    holders: dict[str, dict[int, float]] = defaultdict(dict)
    for number, words in enumerate(read):
        for word, weight in words.items():
            holders[word][number] = weight
    return dict(holders)


def _meanings(synonyms: Synonyms) -> dict[Phrase, list[Phrase]]:
    found: dict[Phrase, list[Phrase]] = defaultdict(list)
    for word, meanings in synonyms.items():
        phrases = (tuple(filter(is_telling, _phrase(meaning))) for meaning in meanings)
        found[_phrase(word)] += filter(None, phrases)
    return {phrase: meanings for phrase, meanings in found.items() if phrase and meanings}


def _forms(known: Iterable[str]) -> dict[str, dict[str, float]]:
    """Return for each form of a word, itself and its stems, the words that it may stand for."""
    forms: dict[str, dict[str, float]] = defaultdict(dict)
    for word in known:
        for stem in stems(word):
            forms[stem].setdefault(word, SAME_STEM)
        forms[word][word] = 1.0
    return dict(forms)


def _grouped(words: Iterable[str], key: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for word in words:
        groups[key(word)][word] = None
    return {name: tuple(group) for name, group in groups.items()}


def entries_of(catalogue: Catalogue, language: str) -> tuple[Entry, ...]:
    """Return the articles, topics and self-checks of a catalogue as a reader of the language sees them.

    Titles and tags of all languages are among the words: people ask in another language than the one they read.
    """
    topics = (
        Entry(targets.topic(topic.slug), topic.title(language), "", tuple(topic.titles.values()))
        for topic in catalogue.topics.values()
    )
    articles = (_article_entry(article, language) for article in catalogue.articles.values())
    checks = (
        Entry(targets.self_check(check.slug), check.title(language), "", tuple(check.model.titles.values()))
        for check in catalogue.self_checks.values()
    )
    return (*articles, *topics, *checks, *_contact_entries(catalogue))


def _contact_entries(catalogue: Catalogue) -> Iterator[Entry]:
    """Give the contacts by the short names that people know: 1955, BP3MI; KBRI is everywhere, so it means them all."""
    places: dict[str, set[str]] = defaultdict(set)
    for contact in catalogue.contacts.values():
        for name in SHORT_NAME.findall(" ".join([contact.slug.replace("-", " "), *contact.names.values()])):
            places[name].add(contact.country)
    by_country: dict[str, list[str]] = defaultdict(list)
    for name, countries in places.items():
        target = targets.contacts(next(iter(countries))) if len(countries) == 1 else targets.CONTACTS
        by_country[target].append(name)
    return (Entry(target, "", "", tuple(sorted(names))) for target, names in sorted(by_country.items()))


def _article_entry(article: LiveArticle, language: str) -> Entry:
    text = article.text(language)
    titles = (other.title for other in article.texts.values())
    own = tuple(article.tags.get(language, ()))
    others = (tag for code, words in article.tags.items() if code != language for tag in words)
    body = "\n".join(part.text for part in text.parts)
    return Entry(targets.article(article.slug), text.title, text.summary, own, body, (*titles, *others))
