"""Reducing what people type to what they mean: no capitals, icons or accents, and a slip of the thumb forgiven."""

import re
import unicodedata
from collections.abc import Mapping

from rapidfuzz import fuzz, process

NEAR_ENOUGH = 85  # of 100: "singpura" is Singapore, "jawa timor" is Jawa Timur, "india" is not Indonesia
SHORTEST_MISSPELT = 5
NO_LETTERS = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """Reduce a text to its bare words: lower case, without accents, signs and icons, one space between words."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    if not bare.isascii():
        bare = "".join([sign for sign in bare if not unicodedata.combining(sign)])
    return NO_LETTERS.sub(" ", bare).strip()


def nearest(text: str, typed: Mapping[str, str]) -> str | None:
    """Return what a whole text means, by what people type (as bare words) for it, a slip of the thumb included."""
    wanted = letters(text)
    if wanted in typed:
        return typed[wanted]
    if len(wanted) < SHORTEST_MISSPELT:
        return None
    found = process.extractOne(wanted, typed.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    return typed[found[0]] if found else None
