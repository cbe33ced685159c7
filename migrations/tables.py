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
from staff import accounts, answers, api_tokens, attempts, audit, codes, grants, invitations, sessions, team

MODULES = (
    accounts, answers, api_tokens, articles, attempts, audit, codes, contacts, conversations, evidence, facts, grants,
    installation, invitations, outbox, people, programmes, revisions, sessions, shipped, sources, synonyms, team,
    topics, versions, votes,
)  # fmt: skip
METADATA = Base.metadata
