"""Every module that defines tables, imported, so that one metadata knows them all."""

from bot import conversations
from content import articles, contacts, facts, revisions, sources, topics, versions
from core import installation, outbox
from core.db import Base
from registrations import people

MODULES = (articles, contacts, conversations, facts, installation, outbox, people, revisions, sources, topics, versions)
METADATA = Base.metadata
