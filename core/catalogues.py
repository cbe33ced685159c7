"""The interface catalogues: `python -m core.catalogues update` collects the messages, `check` finds what is missing.

pybabel writes wrong plural headers for Indonesian, Javanese and Sundanese (one form each) and knows no Madurese, so
the files are made with polib; Babel only finds the messages in the code.
"""

import ast
import string
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polib
from babel.messages.extract import extract_from_dir

from core.i18n import CHAT, DESK, LANGUAGES, LOCALES

ROOT = LOCALES.parent
ENGLISH = "en"  # the language of the message ids
PLURALS = {"en": "nplurals=2; plural=(n != 1);"}
ONE_FORM = "nplurals=1; plural=0;"
FUNCTIONS = {"_": None, "gettext": None, "ngettext": (1, 2), "MarkupError": None}
SECOND = {"Fault": (2,), "Conflict": (2,)}  # errors whose message comes second


@dataclass(frozen=True, slots=True)
class Domain:
    """One catalogue: its name, where its messages stand in the code, and the languages it is in."""

    name: str
    folders: tuple[str, ...]
    languages: tuple[str, ...]
    without: str = "nothing"
    more_keywords: tuple[str, ...] = ()

    @property
    def template(self) -> Path:
        """The file of messages without translations."""
        return LOCALES / f"{self.name}.pot"

    def catalogue(self, language: str) -> Path:
        """The file of one language."""
        return LOCALES / language / "LC_MESSAGES" / f"{self.name}.po"


DOMAINS = (
    Domain(CHAT, ("api/people", "bot", "content", "outreach", "registrations"), tuple(LANGUAGES), without="desk"),
    Domain(
        DESK,
        ("api", "content/desk", "core", "registrations/desk", "staff"),
        ("id", "en"),
        without="people",
        more_keywords=("__init__",),
    ),
)


def collect(domain: Domain) -> polib.POFile:
    """Collect every message of the code, with its places and the notes for translators."""
    template = polib.POFile(wrapwidth=110)
    template.metadata = {"Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit"}
    entries: dict[str, polib.POEntry] = {}
    for path, message, notes in _messages(domain):
        single, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
        entry = entries.setdefault(single, polib.POEntry(msgid=single, msgid_plural=plural))
        entry.comment = entry.comment or "\n".join(notes)
        if (path, "") not in entry.occurrences:
            entry.occurrences.append((path, ""))
    template.extend(sorted(entries.values(), key=lambda entry: entry.msgid))
    return template


def _messages(domain: Domain) -> Iterator[tuple[str, str | tuple[str, ...], list[str]]]:
    for folder in domain.folders:
        if (ROOT / folder).is_dir():
            found = extract_from_dir(
                str(ROOT / folder), [("**.py", "python"), ("**.html", "jinja2")],
                keywords=_keywords() | dict.fromkeys(domain.more_keywords, (1,)),
                comment_tags=("Translators:",), strip_comment_tags=True,
                directory_filter=lambda path: Path(path).name not in {domain.without, "__pycache__", "library"},
            )  # fmt: skip
            for name, _line, message, notes, _context in found:
                yield f"{folder}/{name}", message, notes


def _keywords() -> dict[str, tuple[int, ...] | None]:
    """Return what holds a message, and which of its arguments.

    Errors carry theirs, for an edge tells whichever is raised; some know their own and hand it to __init__.
    """
    return {**FUNCTIONS, **dict.fromkeys(_errors(), (1,)), **SECOND}


@cache
def _code() -> dict[str, ast.Module]:
    folders = {folder for domain in DOMAINS for folder in domain.folders} | {"core"}
    paths = sorted({path for folder in folders for path in (ROOT / folder).rglob("*.py")})
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def _errors() -> frozenset[str]:
    """Return the names of RuleBroken and of all that come from it."""
    classes = [node for tree in _code().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found, before = {"RuleBroken"}, set[str]()
    while found != before:
        before = set(found)
        found |= {node.name for node in classes if found & {_name(base) for base in node.bases}}
    return frozenset(found)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def not_collected(code: Mapping[str, ast.Module]) -> Iterator[str]:
    """Give a line for each message that Babel passes over: one inside of an f-string, or one that has a name."""
    for path, tree in code.items():
        inside = (
            part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
            if isinstance(part, ast.Call) and _name(part.func) in FUNCTIONS
        )  # fmt: skip
        yield from (f"{path}:{call.lineno}: a message in an f-string is not collected: take it out" for call in inside)
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        yield from (
            f"{path}:{call.lineno}: a message that has a name, or one of two, is not collected: write it here"
            for call in calls
            if _is_hidden(_message(call))
        )


def _message(call: ast.Call) -> ast.expr | None:
    """Return what a call says to people, if it is one of those that do."""
    keywords, name = _keywords(), _name(call.func)
    place = (keywords.get(name) or (1,))[0]
    return call.args[place - 1] if name in keywords and len(call.args) >= place else None


def _is_hidden(message: ast.expr | None) -> bool:
    return isinstance(message, ast.IfExp) or (isinstance(message, ast.Name) and message.id.isupper())


def update() -> None:
    """Write the templates and merge them into every language's catalogue; what is gone from the code goes."""
    for domain in DOMAINS:
        template = collect(domain)
        LOCALES.mkdir(exist_ok=True)
        template.save(str(domain.template))
        for language in domain.languages:
            _merge(domain.catalogue(language), template, language)


def _merge(path: Path, template: polib.POFile, language: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": language,
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS.get(language, ONE_FORM),
    }
    catalogue.merge(template)
    for entry in [entry for entry in catalogue if entry.obsolete]:
        catalogue.remove(entry)
    if language == ENGLISH:
        _fill_english(catalogue)
    catalogue.save(str(path))


def problems() -> list[str]:
    """Return a line for everything that is missing or wrong: messages, placeholders, plural forms, a stale template."""
    return [*not_collected(_code()), *(problem for domain in DOMAINS for problem in _problems(domain))]


def _problems(domain: Domain) -> Sequence[str]:
    template = collect(domain)
    found = []
    stored = polib.pofile(str(domain.template))
    if {entry.msgid for entry in stored} != {entry.msgid for entry in template}:
        name = domain.template.name
        found.append(f"locales/{name}: does not hold the code's messages; run python -m core.catalogues update")
    for language in domain.languages:
        catalogue = {entry.msgid: entry for entry in polib.pofile(str(domain.catalogue(language)))}
        forms = 2 if "nplurals=2" in PLURALS.get(language, ONE_FORM) else 1
        for entry in template:
            place = f"locales/{language} ({domain.name})"
            found += (f"{place}: {text}" for text in _faults(entry, catalogue.get(entry.msgid), forms))
    return found


def _faults(wanted: polib.POEntry, entry: polib.POEntry | None, forms: int) -> Iterator[str]:
    if entry is None or entry.fuzzy or not entry.translated():
        yield f"not translated: {wanted.msgid!r}"
        return
    texts = list(entry.msgstr_plural.values()) if wanted.msgid_plural else [entry.msgstr]
    if wanted.msgid_plural and len(texts) != forms:
        yield f"needs {forms} plural forms: {wanted.msgid!r}"
    names = _placeholders(wanted.msgid) | _placeholders(wanted.msgid_plural)
    for text in texts:
        if not _placeholders(text) <= names or (forms == 1 and _placeholders(text) != names):
            yield f"other placeholders than {sorted(names)}: {text!r}"


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text or "") if name is not None}


def _fill_english(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]


def main(arguments: list[str]) -> int:
    """Run `update` or `check`."""
    if arguments == ["update"]:
        update()
        return 0
    if arguments != ["check"]:
        sys.stderr.write("python -m core.catalogues update | check\n")
        return 2
    found = problems()
    sys.stderr.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
