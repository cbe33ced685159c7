"""Every module that defines tables, imported, so that one metadata knows them all."""

from bot import conversations, files
from content import (
    articles,
    contacts,
    counts,
    evidence,
    facts,
    links,
    media,
    programmes,
    revisions,
    shipped,
    sources,
    synonyms,
    topics,
    unanswered,
    versions,
    votes,
)
from core import installation, outbox
from core.db import Base
from registrations import erasing, forms, people, registrations, removing
from staff import accounts, answers, api_tokens, attempts, audit, codes, grants, invitations, sessions, team

MODULES = (
    accounts, answers, api_tokens, articles, attempts, audit, codes, contacts, conversations, counts, erasing, evidence,
    facts, files, forms, grants, installation, invitations, links, media, outbox, people, programmes, registrations,
    removing, revisions, sessions, shipped, sources, synonyms, team, topics, unanswered, versions, votes,
)  # fmt: skip
METADATA = Base.metadata
