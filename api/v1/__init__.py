"""The JSON API: what the desk can do, under /v1. One module a noun, named as in the domain.

What is left out, and why: docs/decisions/0011-api.md.
"""

from api.v1 import (
    account,
    articles,
    audit,
    board,
    contacts,
    facts,
    figures,
    forms,
    health,
    links,
    media,
    programmes,
    registration_entries,
    registration_exports,
    registration_steps,
    registrations,
    review,
    sources,
    staff,
    synonyms,
    texts,
    topics,
    translations,
    unanswered,
)

NOUNS = (
    articles, texts, facts, contacts, topics, review, sources, synonyms, unanswered, figures, links, media, programmes,
    forms, registration_exports, registration_entries, registrations, registration_steps, board, health, translations,
    staff, audit, account,
)  # fmt: skip
