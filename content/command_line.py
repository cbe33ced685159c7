"""The arguments of `./bekal content`. Apart from content/command.py, which loads all that a pack needs."""

import argparse
from pathlib import Path

from core.i18n import LANGUAGES, SOURCE_LANGUAGE

LIBRARY = Path(__file__).resolve().parent / "library"


def add_content_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the four actions with their arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    texts = {
        "check": "check every rule of a pack and tell each problem with file and line; needs no database",
        "import": "bring a pack into the database; what the desk changed stays live and gets a draft for review",
        "export": "write the live content of the database as a pack",
        "sheet": "write a topic as a page to print on A4 for a village board, with codes that open the chat",
    }
    check, bring, write, sheet = (actions.add_parser(name, help=text, description=text) for name, text in texts.items())
    for action in (check, bring):
        action.add_argument(
            "folder", nargs="?", type=Path, default=LIBRARY, help="the pack's folder; the shipped pack if left out"
        )
    check.add_argument(
        "--rewrite", action="store_true", help="bring every file into its canonical form; comments are lost"
    )
    sheet.add_argument("topic", help="the topic, by its short name, such as before-offer")
    sheet.add_argument("--lang", choices=tuple(LANGUAGES), default=SOURCE_LANGUAGE, help="the language; id if left out")
    sheet.add_argument("--bot", required=True, metavar="NAME", help="the bot's name in Telegram, without @")
    sheet.add_argument("--out", type=Path, help="the file to write; <topic>-<language>.html if left out")
    write.add_argument("folder", type=Path, help="the folder to write; it must be new or empty")
    write.add_argument(
        "--force", action="store_true", help="write into a folder that holds something, and replace a pack in it"
    )
