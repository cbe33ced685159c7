"""Reducing what people type to what they mean: no capitals, icons or accents."""

import unicodedata


def letters(text: str) -> str:
    """Reduce a text to its bare words: lower case, without accents, signs and icons, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())
