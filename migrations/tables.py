"""Every module that defines tables, imported, so that one metadata knows them all."""

from bot import conversations
from content import (
    articles,
    contacts,
    evidence,
    facts,
    programmes,
    revisions,
    shipped,
    sources,
    synonyms,
    topics,
    versions,
    votes,
)
from core import installation, outbox
from core.db import Base
from registrations import people

MODULES = (
    articles, contacts, conversations, evidence, facts, installation, outbox, people, programmes, revisions, shipped,
    sources, synonyms, topics, versions, votes,
)  # fmt: skip
METADATA = Base.metadata
