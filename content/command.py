"""`./bekal content check|import|export`: the content pack from the command line. main.py hands over here."""

import sys
from pathlib import Path

from content.exporting import load_pack
from content.pack import LIBRARY, read_pack
from content.pack_files import PackError
from content.pack_models import Pack
from content.pack_writing import differences, pack_files, write_files
from content.publishing import ImportReport
from core.db import Database
from core.errors import SettingsError


def check(folder: Path, *, rewrite: bool) -> list[str]:
    """Return what there is to say of a pack that keeps every rule; raise SettingsError with every problem otherwise."""
    pack = read(folder)
    if rewrite:
        changed = dict(differences(folder, pack))
        write_files(folder, {name: text for name, text in pack_files(pack).items() if name in changed})
        return [f"{len(changed)} files brought into their canonical form."]
    unlike = [f"{name}:{line}: not in the canonical form from here on" for name, line in differences(folder, pack)]
    if unlike:
        raise SettingsError("\n".join([*unlike, "--rewrite brings these files into it."]))
    texts = sum(len(article.texts) for article in pack.articles)
    return [f"{len(pack.articles)} articles in {texts} texts, {len(pack.contacts)} contacts: every rule is kept."]


def read(folder: Path) -> Pack:
    """Read a pack; raise SettingsError with a line for every problem."""
    if not folder.is_dir():
        raise SettingsError(f"There is no folder {folder}.")
    try:
        return read_pack(folder)
    except PackError as error:
        count = len(error.problems)
        raise SettingsError(f"{error}\n{count} problems in {folder}: mend these lines and try again.") from None


def told(report: ImportReport) -> str:
    """Say in one sentence what an import did."""
    if report == ImportReport():
        return "Nothing has changed."
    return (
        f"{report.published} texts published, {report.drafts} drafts for review, {report.changed} other rows changed, "
        f"{report.left_alone} left alone because the desk changed them."
    )


def _holds_something(folder: Path) -> bool:
    return folder.exists() and any(folder.iterdir())


async def export(database: Database, folder: Path, *, force: bool) -> str:
    """Write the live content into a folder and say how much; raise SettingsError if the folder holds something."""
    if not force and _holds_something(folder):
        raise SettingsError(f"{folder} is not empty: choose a new folder, or add --force.")
    async with database.session() as session:
        files = pack_files(await load_pack(session))
    write_files(folder, files)
    return f"{len(files)} files written to {folder}."


def main() -> int:
    """Check the shipped pack: for `./bekal check`."""
    try:
        sys.stdout.write("\n".join(check(LIBRARY, rewrite=False)) + "\n")
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
