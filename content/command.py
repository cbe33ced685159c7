"""`./bekal content check|import|export`: the content pack from the command line. main.py hands over here."""

import sys
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from content.exporting import load_pack
from content.pack import LIBRARY, read_pack
from content.pack_files import PackError, Report
from content.pack_house_rules import check_house_rules
from content.pack_models import Pack
from content.pack_writing import differences, pack_files, rewrite, write_folder
from content.publishing import ImportReport
from core.db import Database
from core.errors import SettingsError


def check(folder: Path, *, mend: bool) -> str:
    """Return what there is to say of a pack that keeps every rule, those of good writing too; else SettingsError.

    Every problem is told on standard error as file:line: what. With `mend` the canonical form is no rule: it is made.
    """
    pack = read(folder)
    if mend:
        return f"Files brought into their canonical form: {_mended(folder, pack)}."
    written = Report(folder)
    check_house_rules(pack, written)
    if written.problems:
        _tell(map(str, sorted(written.problems)))
        raise SettingsError(f"Sentences and texts to better: {len(written.problems)}. See docs/content-pack.md.")
    unlike = [f"{name}:{line}: not in the canonical form from here on" for name, line in differences(folder, pack)]
    if unlike:
        _tell(unlike)
        raise SettingsError(f"Files not in the canonical form: {len(unlike)}; {_mending(folder)} brings them into it.")
    texts = sum(len(article.texts) for article in pack.articles)
    return f"Every rule is kept. Articles: {len(pack.articles)}, texts: {texts}, contacts: {len(pack.contacts)}."


def read(folder: Path) -> Pack:
    """Read a pack; tell every problem on standard error as file:line: what, and raise SettingsError."""
    try:
        if not folder.is_dir():
            raise SettingsError(f"There is no folder {folder}.")
        return read_pack(folder)
    except OSError as error:
        raise SettingsError(f"Cannot read {folder} ({error.strerror}).") from None
    except PackError as error:
        _tell(map(str, error.problems))
        what = "this line" if len(error.problems) == 1 else f"these {len(error.problems)} lines"
        raise SettingsError(f"Mend {what} in {folder} and try again.") from None


def _mended(folder: Path, pack: Pack) -> int:
    try:
        return len(rewrite(folder, pack))
    except OSError as error:
        raise _not_written(folder, error) from None


def _mending(folder: Path) -> str:
    return "./bekal content check --rewrite" if folder == LIBRARY else f"./bekal content check {folder} --rewrite"


def told(report: ImportReport) -> str:
    """Say in one sentence what an import did."""
    counts = {
        "texts published": report.published,
        "drafts for review": report.drafts,
        "other rows changed": report.changed,
        "left alone because the desk changed them": report.left_alone,
    }
    if not (report.published or report.drafts or report.changed):
        left_alone = f"; left alone because the desk changed them: {report.left_alone}" if report.left_alone else ""
        return f"Nothing has changed{left_alone}."
    listed = ", ".join(f"{what}: {count}" for what, count in counts.items())
    return f"{listed[0].upper()}{listed[1:]}."


async def export(database: Database, folder: Path, *, force: bool) -> str:
    """Write the live content into a folder and say how much; raise SettingsError where it cannot be.

    A folder that holds something is refused, unless `force` says that the pack in it may be replaced.
    """
    _refuse_what_is_taken(folder, force=force)
    files = pack_files(await _load(database))
    _write(folder, files)
    return f"Files written to {folder}: {len(files)}."


def _refuse_what_is_taken(folder: Path, *, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"{folder} is a file: choose a new folder.")
    if not force and folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} is not empty: choose a new folder, or add --force.")


async def _load(database: Database) -> Pack:
    if database.is_sqlite and not _is_there(database):
        raise SettingsError("There is no database yet: ./bekal run or ./bekal content import makes it.")
    try:
        async with database.session() as session:
            return await load_pack(session)
    except DBAPIError:
        raise SettingsError(
            "The database has an older shape: start this version once, and it has the newest."
        ) from None


def _is_there(database: Database) -> bool:
    return Path(database.url.database or "").exists()


def _write(folder: Path, files: dict[str, str]) -> None:
    try:
        write_folder(folder.resolve(), files)
    except OSError as error:
        raise _not_written(folder, error) from None


def _not_written(folder: Path, error: OSError) -> SettingsError:
    return SettingsError(f"Cannot write to {folder} ({error.strerror or type(error).__name__}).")


def _tell(lines: Iterable[str]) -> None:
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def main() -> int:
    """Check the shipped pack: for `./bekal check`."""
    try:
        sys.stdout.write(f"{check(LIBRARY, mend=False)}\n")
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
