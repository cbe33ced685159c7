"""A pack that was read, as plain data. Reading it is in content/pack.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from content.bodies import references_in
from content.form_shapes import FormModel, ProgrammeModel
from content.guide_shapes import PathModel, SelfCheckModel
from content.pack_files import Located
from content.pack_shapes import (
    ContactModel,
    EvidenceModel,
    FactModel,
    SourceModel,
    SourceTextModel,
    SynonymsModel,
    TextModel,
    TopicModel,
)
from content.revisions import text_hash
from core.i18n import SOURCE_LANGUAGE


@dataclass(frozen=True, slots=True)
class PackText:
    """One language of an article, as its file has it."""

    language: str
    front: TextModel
    body: str
    located: Located = field(compare=False)
    body_line: int = field(compare=False)

    @property
    def hash(self) -> str:
        """The hash that an approval is bound to, and that a translation names as `translated_from`."""
        references = tuple(map(str, references_in(self.body)))
        return text_hash(title=self.front.title, summary=self.front.summary, body=self.body, references=references)


@dataclass(frozen=True, slots=True)
class PackArticle:
    """An article with its texts by language; the source language is always among them."""

    slug: str
    topic: str
    texts: Mapping[str, PackText]

    @property
    def source(self) -> PackText:
        """The text that the others are translated from."""
        return self.texts[SOURCE_LANGUAGE]

    @property
    def shared(self) -> SourceTextModel:
        """What all languages share: it stands in the source text's front matter."""
        front = self.source.front
        assert isinstance(front, SourceTextModel)
        return front


@dataclass(frozen=True, slots=True)
class PackTopic:
    """A topic of the menu."""

    slug: str
    front: TopicModel
    located: Located = field(compare=False)


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack that keeps every rule. Parents come before their children in `topics`."""

    sources: Mapping[str, SourceModel]
    evidence: Mapping[str, EvidenceModel]
    facts: Mapping[str, FactModel]
    contacts: Mapping[str, ContactModel]
    topics: tuple[PackTopic, ...]
    articles: tuple[PackArticle, ...]
    synonyms: Mapping[str, SynonymsModel]
    programmes: Mapping[str, ProgrammeModel]
    forms: Mapping[str, FormModel]
    paths: Mapping[str, PathModel]
    self_checks: Mapping[str, SelfCheckModel]
    files: Mapping[str, Located] = field(compare=False)
