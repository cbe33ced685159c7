"""The desk's pages: one module a noun, named as in the domain. Templates and static files lie beside them."""

from pathlib import Path

from api.web import (
    account,
    article_steps,
    article_texts,
    articles,
    audience,
    audit,
    contacts,
    facts,
    figures,
    forms,
    health,
    home,
    links,
    media,
    programmes,
    registration_entries,
    registration_exports,
    registration_steps,
    registrations,
    review,
    sign_in,
    sources,
    staff,
    synonyms,
    topics,
    translation_sheets,
    translations,
)

STATIC = Path(__file__).resolve().parent / "static"
NOUNS = (
    sign_in, account, home, review, registration_entries, registration_exports, registrations, registration_steps,
    programmes, forms, articles, audience, article_texts, article_steps, facts, contacts, topics, translations,
    translation_sheets, synonyms, sources, figures, links, media, staff, audit, health,
)  # fmt: skip
