"""Where the pages of the desk are: the bar on top, and the address of a text."""

from collections.abc import Callable

from content.revisions import EntryKind
from staff.actors import Actor, Role

EVERYBODY = tuple(Role)
PAGES: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("/", EVERYBODY),
    ("/review", (Role.VERIFIER,)),
    ("/registrations", (Role.REGISTRAR,)),
    ("/programmes", EVERYBODY),
    ("/articles", EVERYBODY),
    ("/facts", EVERYBODY),
    ("/contacts", EVERYBODY),
    ("/topics", EVERYBODY),
    ("/translations", EVERYBODY),
    ("/synonyms", EVERYBODY),
    ("/media", EVERYBODY),
    ("/figures", EVERYBODY),
    ("/links", EVERYBODY),
    ("/staff", (Role.ADMINISTRATOR,)),
    ("/audit", (Role.ADMINISTRATOR,)),
    ("/health", (Role.ADMINISTRATOR,)),
)


def navigation(actor: Actor, _: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return the pages that a person's roles open, with their names."""
    names = {
        "/": _("To do"),
        "/review": _("Review"),
        "/registrations": _("Registrations"),
        "/programmes": _("Programmes"),
        "/articles": _("Articles"),
        "/facts": _("Facts"),
        "/contacts": _("Contacts"),
        "/topics": _("Topics"),
        "/translations": _("Translations"),
        "/synonyms": _("Search words"),
        "/media": _("Media"),
        "/figures": _("Figures"),
        "/links": _("Links"),
        "/staff": _("Staff"),
        "/audit": _("Audit log"),
        "/health": _("Settings and health"),
    }
    return [(address, names[address]) for address, roles in PAGES if actor.has(*roles)]


def address_of_text(kind: str, slug: str, language: str) -> str:
    """Return the page on which a text is read and written."""
    if kind == EntryKind.ARTICLE:
        return f"/articles/{slug}/{language}"
    return f"/{kind}s/{slug}"
