"""What the buttons of content ask for: nothing else spells these strings. At most 64 bytes each."""

HOME = "h"


def topic(slug: str) -> str:
    """Return the target of a topic."""
    return f"t:{slug}"


def article(slug: str, part: int = 1) -> str:
    """Return the target of an article's part, counted from 1."""
    return f"a:{slug}:{part}"


def language(code: str) -> str:
    """Return the target of choosing a language."""
    return f"l:{code}"
