"""Draws the articles that are read line by line against the dossiers: 30 in each language, by a commit's hash.

`python -m tools.library_draw COMMIT` prints them; what came of each draw stands in docs/library-readings.md.
"""

import subprocess
import sys
from random import Random

from content.pack import read_pack
from core.i18n import LANGUAGES

DRAWN = 30


def draw(commit: str, slugs: list[str], language: str) -> list[str]:
    """Return the articles that a commit's whole hash draws for a language, by name."""
    return sorted(Random(f"{commit}:{language}").sample(sorted(slugs), DRAWN))  # noqa: S311  anybody can draw them again


def main() -> None:
    """Print the draw of a commit."""
    (name,) = sys.argv[1:]
    commit = subprocess.run(["git", "rev-parse", name], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S607
    slugs = [article.slug for article in read_pack().articles]
    sys.stdout.writelines(f"{language}: {' '.join(draw(commit, slugs, language))}\n" for language in LANGUAGES)


if __name__ == "__main__":
    main()
