"""Reading the pack's YAML with line numbers, and the problems that a pack can have."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.composer import ComposerError
from yaml.reader import ReaderError

from core.yaml_files import LOADER

Keys = tuple[str | int, ...]
TEXT_TAG = "tag:yaml.org,2002:str"
MAX_DEPTH = 10
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, order=True)
class PackProblem:
    """One thing that is wrong with the pack, for the person who mends it."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class PackError(Exception):
    """The pack has problems; the message has one a line."""

    def __init__(self, problems: Iterable[PackProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class Report:
    """Collects the problems of a pack while it is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[PackProblem] = []

    def add(self, path: Path, line: int, what: str) -> None:
        """Note a problem at a line of a file."""
        self.problems.append(PackProblem(path.relative_to(self.folder).as_posix(), line, what))


@dataclass(frozen=True, slots=True)
class Located:
    """A YAML mapping and the line of each of its keys, at any depth."""

    path: Path
    values: dict[str, Any]
    lines: dict[Keys, int]

    def line(self, *keys: str | int) -> int:
        """Return the line of a key; of the nearest one above it if it is not there."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    def below(self, key: str) -> "Located":
        """Return the mapping under a key, with its lines. What is no mapping becomes an empty one."""
        lines = {keys[1:]: line for keys, line in self.lines.items() if keys and keys[0] == key}
        found = self.values.get(key)
        return Located(self.path, found if isinstance(found, dict) else {}, lines)


def read_text(path: Path, report: Report) -> str | None:
    """Return a file's text, or None: that a file is missing, not UTF-8 or cannot be read is a problem."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        report.add(path, 1, "the file is missing")
    except UnicodeDecodeError:
        report.add(path, 1, "the file is not UTF-8")
    except OSError as error:
        report.add(path, 1, f"cannot be read: {error.strerror}")
    return None


def read_yaml(path: Path, text: str, report: Report, *, first_line: int = 1) -> Located:
    """Parse YAML that begins at `first_line` of its file. What cannot be parsed is a problem and reads as empty."""
    try:
        node, values = _parsed(text)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.line if error.problem_mark else 0
        report.add(path, first_line + at, f"not YAML: {error.problem}")
        return Located(path, {}, {})
    except ReaderError as error:
        report.add(path, first_line + text.count("\n", 0, error.position), f"not YAML: {error.reason}")
        return Located(path, {}, {})
    except (ValueError, OverflowError) as error:
        report.add(path, first_line, f"not YAML: {error}")
        return Located(path, {}, {})
    if not isinstance(values, dict):
        report.add(path, first_line, "a mapping is expected: key: value")
        return Located(path, {}, {})
    lines: dict[Keys, int] = {(): first_line}
    for keys, line, is_text in _lines(node, (), first_line):
        if keys in lines:
            report.add(path, line, f"{keys[-1]} stands here a second time")
        elif not is_text:
            report.add(path, line, f"{keys[-1]} is no text as a key: write it in quotes")
        lines[keys] = line
    return Located(path, values, lines)


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """Return YAML as nodes, which know their lines, and as values."""
    _refuse_what_has_no_end(text)
    loader = LOADER(text)
    node = loader.get_single_node()
    return node, loader.construct_document(node) if node else {}


def _refuse_what_has_no_end(text: str) -> None:
    """Raise at the line of what may make something endless of a file: a name for a value, a tag, bottomless nesting."""
    depth = 0
    events: Iterator[Any] = yaml.parse(text, Loader=LOADER)
    for event in events:
        if getattr(event, "anchor", None):
            raise ComposerError(None, None, "no &names and *names here: write the value out", event.start_mark)
        if getattr(event, "tag", None):
            raise ComposerError(None, None, "no !tags here: write the value alone", event.start_mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise ComposerError(None, None, f"more than {MAX_DEPTH} levels deep", event.start_mark)


def _lines(node: yaml.Node | None, keys: Keys, first_line: int) -> Iterator[tuple[Keys, int, bool]]:
    """Give each key with its line, and whether it is a text; the items of a list have their numbers as keys."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*keys, key.value), first_line + key.start_mark.line, key.tag == TEXT_TAG
            yield from _lines(value, (*keys, key.value), first_line)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*keys, index), first_line + value.start_mark.line, True
            yield from _lines(value, (*keys, index), first_line)


def checked(model: type[Model], located: Located, report: Report) -> Model | None:
    """Turn a mapping into a model; every field that does not fit is a problem at its line."""
    if not located.lines:
        return None  # it could not be read, and that was told
    try:
        return model.model_validate(located.values)
    except ValidationError as error:
        for fault in error.errors():
            name = ".".join(map(str, fault["loc"])) or "the whole"
            report.add(located.path, located.line(*fault["loc"]), f"{name}: {fault['msg']}")
        return None
