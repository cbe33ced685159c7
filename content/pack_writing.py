"""Writing a pack: the one canonical form of every file, so that an export of what was imported is the same bytes.

Canonical: keys in the order of content/pack_shapes.py, what has its default value left out, entries by slug, texts in
several languages with the source language first and the others by code, and no comments but one line at the top of
the YAML files beside the topics. A file that would be empty and may be absent is absent.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import yaml
from pydantic import BaseModel

from content.pack import FENCE, FILES, FORMS, MAY_BE_ABSENT, SELF_CHECKS
from content.pack_models import Pack, PackText
from content.pack_shapes import PartialDate
from core.i18n import SOURCE_LANGUAGE

WIDTH = 110
FOLDER_MODE = 0o755
HEADERS = {
    "sources": "Where the texts come from. seen_on is the source's own date; without it the source bears none.",
    "evidence": "The statements that texts rest on, as the fact dossiers number them. None may rest on a low one.",
    "facts": "Values that change, or that several texts show. A text refers to one as {{fact:slug}}.",
    "contacts": "Whom to call. A text refers to one as {{contact:slug}}; only what is publishable may be shown.",
    "synonyms": "What people type, and what it also means, in lower case.",
    "programmes": "Programmes that people can join; what there is to know stands in an article.",
    "paths": "What to read first in each stage. A person can tick it off.",
}


class _Dumper(yaml.SafeDumper):
    """Lists stand indented below their key, and nothing refers to an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists too."""
        del indentless
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """Write every value in full, however often it comes."""
        del data
        return True


def pack_files(pack: Pack) -> dict[str, str]:
    """Return the text of every file of a pack by its path, in the canonical form."""
    tables: dict[str, Mapping[str, BaseModel]] = {
        "sources": pack.sources, "evidence": pack.evidence, "facts": pack.facts, "contacts": pack.contacts,
        "synonyms": pack.synonyms, "programmes": pack.programmes, "paths": pack.paths,
    }  # fmt: skip
    written = [name for name in (*FILES, *MAY_BE_ABSENT) if tables[name] or name in FILES]
    files = {f"{name}.yaml": f"# {HEADERS[name]}\n{_yaml(_by_slug(tables[name]))}" for name in written}
    files |= {f"{FORMS}/{slug}.yaml": _yaml(plain(form)) for slug, form in pack.forms.items()}
    files |= {f"{SELF_CHECKS}/{slug}.yaml": _yaml(plain(check)) for slug, check in pack.self_checks.items()}
    for topic in pack.topics:
        files[f"{topic.slug}/topic.yaml"] = _yaml(plain(topic.front))
    for article in pack.articles:
        for language, text in article.texts.items():
            files[f"{article.topic}/{article.slug}.{language}.html"] = _text(text)
    return dict(sorted(files.items()))


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write a pack's files as a folder. A new one appears as a whole; in one that is there, file by file.

    What a pack that is there has beyond these files goes; anything that is no file of a pack stays.
    """
    if folder.exists():
        left_over = _left_over(folder, files)
        write_files(folder, files)
        for path in left_over:
            path.unlink()
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    write_files(beside, files)
    beside.chmod(FOLDER_MODE)  # mkdtemp lets nobody else look
    beside.rename(folder)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder, making what folders are missing; none is ever half written."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(text.encode())
        os.replace(beside, path)


def _left_over(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Return the files of the pack in this folder that are none of these; nothing if it holds no pack.

    What begins with a dot is no part of a pack.
    """
    if not (folder / "sources.yaml").exists():
        return []
    topics = [path.parent for path in folder.glob("*/topic.yaml")]
    in_topics = (path for topic in topics for path in (topic / "topic.yaml", *topic.glob("*.*.html")))
    optional = (path for name in MAY_BE_ABSENT for path in folder.glob(f"{name}.yaml"))
    single = (path for name in (FORMS, SELF_CHECKS) for path in folder.glob(f"{name}/*.yaml"))
    there = (*in_topics, *single, *optional)
    names = {path.relative_to(folder).as_posix(): path for path in there}
    return [path for name, path in names.items() if name not in files and "/." not in f"/{name}"]


def rewrite(folder: Path, pack: Pack) -> list[str]:
    """Bring the files of a pack into the canonical form, and return the names of those that were not in it."""
    files, unlike = pack_files(pack), [name for name, _ in differences(folder, pack)]
    write_files(folder, {name: files[name] for name in unlike if name in files})
    for name in unlike:
        if name not in files:
            (folder / name).unlink()
    return unlike


def differences(folder: Path, pack: Pack) -> Iterator[tuple[str, int]]:
    """Give each file that is not in the canonical form, with the first line that differs, counted from 1."""
    files = pack_files(pack)
    for name, canonical in files.items():
        path = folder / name
        written = path.read_bytes().decode() if path.exists() else ""
        if written != canonical:
            pairs = zip([*written.split("\n"), ""], [*canonical.split("\n"), ""], strict=False)
            yield name, next((n for n, (have, want) in enumerate(pairs, 1) if have != want), 1)
    needless = (f"{name}.yaml" for name in MAY_BE_ABSENT if f"{name}.yaml" not in files)
    yield from ((name, 1) for name in needless if (folder / name).exists())


def _by_slug(table: Mapping[str, BaseModel]) -> dict[str, Any]:
    return {slug: plain(table[slug]) for slug in sorted(table)}


def plain(model: BaseModel) -> dict[str, Any]:
    """Return a model as plain data for YAML, without what has its default value."""
    return _plain(model)  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    if isinstance(value, PartialDate):
        return _partial_date(value)
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        if set(fields) == {"root"}:
            return _plain(getattr(value, "root"))  # noqa: B009  a root model has only this
        pairs = ((field.alias or name, getattr(value, name), field) for name, field in fields.items())
        return {name: _plain(held) for name, held, field in pairs if field.is_required() or held != field.get_default()}
    if isinstance(value, Mapping):
        by_language = sorted(value, key=lambda key: (key != SOURCE_LANGUAGE, key))
        return {key: _plain(value[key]) for key in by_language}
    return [_plain(held) for held in value] if isinstance(value, tuple | list) else value


def _partial_date(value: PartialDate) -> date | str | int:
    if value.precision == "day":
        return value.first_day
    return value.first_day.year if value.precision == "year" else f"{value.first_day:%Y-%m}"


def _text(text: PackText) -> str:
    return f"{FENCE}\n{_yaml(plain(text.front))}{FENCE}\n{text.body}\n"


def _yaml(values: Mapping[str, Any]) -> str:
    return yaml.dump(dict(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
