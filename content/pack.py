"""The content pack on disk: read and checked as a whole. Bringing it into the database is in content/importing.py.

content/library/
  sources.yaml  facts.yaml  contacts.yaml  evidence.yaml  synonyms.yaml  programmes.yaml
  paths.yaml  forms/<form>.yaml  self_checks/<check>.yaml
  <topic>/topic.yaml
  <topic>/<article>.<language>.html    front matter between --- lines, then Telegram's HTML subset
"""

from pathlib import Path

from content.form_shapes import FormModel, ProgrammeModel
from content.guide_shapes import PathModel, SelfCheckModel
from content.pack_files import Located, Model, PackError, Report, checked, read_text, read_yaml
from content.pack_models import Pack, PackArticle, PackText, PackTopic
from content.pack_rules import check_rules
from content.pack_shapes import (
    ContactModel,
    EvidenceModel,
    FactModel,
    SourceModel,
    SourceTextModel,
    SynonymsModel,
    TextModel,
    TopicModel,
    TranslationModel,
)
from core.i18n import LANGUAGES, SOURCE_LANGUAGE

LIBRARY = Path(__file__).resolve().parent / "library"
FENCE = "---"
FILES = ("sources", "evidence", "facts", "contacts")
MAY_BE_ABSENT = ("synonyms", "programmes", "paths")
FORMS, SELF_CHECKS = "forms", "self_checks"


def read_pack(folder: Path = LIBRARY, languages: tuple[str, ...] = tuple(LANGUAGES)) -> Pack:
    """Read a pack; raise PackError with every problem, each with file and line."""
    report = Report(folder)
    topics = _read_topics(folder, report)
    there = [name for name in MAY_BE_ABSENT if _found(folder, f"{name}.yaml")]
    files = {name: _read_file(folder / f"{name}.yaml", report) for name in (*FILES, *there)}
    files |= {name: Located(folder / f"{name}.yaml", {}, {}) for name in MAY_BE_ABSENT if name not in there}
    single = {
        name: {path.stem: _read_file(path, report) for path in _found(folder / name, "*.yaml")}
        for name in (FORMS, SELF_CHECKS)
    }
    pack = Pack(
        sources=_read_all(files["sources"], SourceModel, report),
        evidence=_read_all(files["evidence"], EvidenceModel, report),
        facts=_read_all(files["facts"], FactModel, report),
        contacts=_read_all(files["contacts"], ContactModel, report),
        topics=topics,
        articles=tuple(article for topic in topics for article in _read_articles(folder / topic.slug, report)),
        synonyms=_read_all(files["synonyms"], SynonymsModel, report),
        programmes=_read_all(files["programmes"], ProgrammeModel, report),
        forms=_read_each(single[FORMS], FormModel, report),
        paths=_read_all(files["paths"], PathModel, report),
        self_checks=_read_each(single[SELF_CHECKS], SelfCheckModel, report),
        files=files | {f"{name}/{slug}": each for name, found in single.items() for slug, each in found.items()},
    )
    if not report.problems:  # a shape that does not fit would break other rules only as a consequence
        check_rules(pack, languages, report)
    if report.problems:
        raise PackError(report.problems)
    return pack


def _read_file(path: Path, report: Report) -> Located:
    text = read_text(path, report)
    return Located(path, {}, {}) if text is None else read_yaml(path, text, report)


def _read_all(located: Located, model: type[Model], report: Report) -> dict[str, Model]:
    read = {slug: checked(model, located.below(slug), report) for slug in located.values}
    return {slug: entry for slug, entry in read.items() if entry is not None}


def _read_each(files: dict[str, Located], model: type[Model], report: Report) -> dict[str, Model]:
    read = {slug: checked(model, located, report) for slug, located in files.items()}
    return {slug: entry for slug, entry in read.items() if entry is not None}


def _found(folder: Path, pattern: str) -> list[Path]:
    """Return what a folder holds of a pattern, by name. What begins with a dot is no part of a pack."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


def _read_topics(folder: Path, report: Report) -> tuple[PackTopic, ...]:
    topics, others = [], {FORMS, SELF_CHECKS, *(f"{name}.yaml" for name in (*FILES, *MAY_BE_ABSENT))}
    for path in (path for path in _found(folder, "*") if path.is_dir() and path.name not in others):
        located = _read_file(path / "topic.yaml", report)
        front = checked(TopicModel, located, report)
        if front:
            topics.append(PackTopic(path.name, front, located))
    return tuple(sorted(topics, key=lambda topic: (topic.front.parent or "", topic.front.position, topic.slug)))


def _read_articles(folder: Path, report: Report) -> list[PackArticle]:
    texts: dict[str, dict[str, PackText]] = {}
    for path in _found(folder, "*.html"):
        slug, _, language = path.stem.partition(".")
        text = _read_article_text(path, language, report)
        if text:
            texts.setdefault(slug, {})[language] = text
    for slug in [slug for slug, found in texts.items() if SOURCE_LANGUAGE not in found]:
        orphan = next(iter(texts.pop(slug).values()))
        report.add(orphan.located.path, 1, f"{slug}.{SOURCE_LANGUAGE}.html is missing or has problems")
    return [PackArticle(slug, folder.name, found) for slug, found in texts.items()]


def _read_article_text(path: Path, language: str, report: Report) -> PackText | None:
    written = read_text(path, report)
    if written is None:
        return None
    lines = written.split("\n")
    if lines[0] != FENCE or FENCE not in lines[1:]:
        report.add(path, 1, f"the front matter must stand between two {FENCE} lines at the top")
        return None
    end = lines.index(FENCE, 1)
    located = read_yaml(path, "\n".join(lines[1:end]), report, first_line=2)
    model: type[TextModel] = SourceTextModel if language == SOURCE_LANGUAGE else TranslationModel
    front = checked(model, located, report)
    body_line = end + 2 + next((n for n, line in enumerate(lines[end + 1 :]) if line.strip()), 0)
    body = "\n".join(lines[end + 1 :]).strip("\n")
    return PackText(language, front, body, located, body_line) if front else None
