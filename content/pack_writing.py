"""Writing a pack: the one canonical form of every file, so that an export of what was imported is the same bytes.

Canonical: keys in the order of content/pack_shapes.py, what has its default value left out, entries by slug, and no
comments but one line at the top of the YAML files.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from content.pack import FENCE, FORMS
from content.pack_models import Pack, PackText
from content.pack_shapes import PartialDate

WIDTH = 110
HEADERS = {
    "sources": "Where the texts come from. seen_on is the source's own date; without it the source bears none.",
    "evidence": "The statements that texts rest on, as the fact dossiers number them. None may rest on a low one.",
    "facts": "Values that change, or that several texts show. A text refers to one as {{fact:slug}}.",
    "contacts": "Whom to call. A text refers to one as {{contact:slug}}; only what is publishable may be shown.",
    "synonyms": "What people type, and what it also means, in lower case.",
    "programmes": "Programmes that people can join; what there is to know stands in an article.",
}


class _Dumper(yaml.SafeDumper):
    """Lists stand indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists too."""
        del indentless
        super().increase_indent(flow, False)


def pack_files(pack: Pack) -> dict[str, str]:
    """Return the text of every file of a pack by its path, in the canonical form."""
    tables: dict[str, Mapping[str, BaseModel]] = {
        "sources": pack.sources, "evidence": pack.evidence, "facts": pack.facts, "contacts": pack.contacts,
        "programmes": pack.programmes,
    }  # fmt: skip
    entries = {name: {slug: plain(table[slug]) for slug in sorted(table)} for name, table in tables.items()}
    entries["synonyms"] = {code: dict(sorted(plain(pack.synonyms[code]).items())) for code in sorted(pack.synonyms)}
    files = {f"{name}.yaml": f"# {HEADERS[name]}\n{_yaml(table)}" for name, table in entries.items()}
    files |= {f"{FORMS}/{slug}.yaml": _yaml(plain(form)) for slug, form in pack.forms.items()}
    for topic in pack.topics:
        files[f"{topic.slug}/topic.yaml"] = _yaml(plain(topic.front))
    for article in pack.articles:
        for language, text in article.texts.items():
            files[f"{article.topic}/{article.slug}.{language}.html"] = _text(text)
    return dict(sorted(files.items()))


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder, making what folders are missing."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def differences(folder: Path, pack: Pack) -> Iterable[tuple[str, int]]:
    """Give each file that is not in the canonical form, with the first line that differs, counted from 1."""
    for name, canonical in pack_files(pack).items():
        path = folder / name
        written = path.read_text(encoding="utf-8") if path.exists() else ""
        if written != canonical:
            pairs = zip([*written.split("\n"), ""], [*canonical.split("\n"), ""], strict=False)
            yield name, next((n for n, (have, want) in enumerate(pairs, 1) if have != want), 1)


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
        return {key: _plain(held) for key, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, tuple | list) else value


def _partial_date(value: PartialDate) -> date | str | int:
    if value.precision == "day":
        return value.first_day
    return value.first_day.year if value.precision == "year" else f"{value.first_day:%Y-%m}"


def _text(text: PackText) -> str:
    return f"{FENCE}\n{_yaml(plain(text.front))}{FENCE}\n{text.body}\n"


def _yaml(values: Mapping[str, Any]) -> str:
    return yaml.dump(dict(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
