"""The command line `bekal`, and how the parts become one running product. Imported by nobody.

Longer than a file should be: it alone may import every part, so all that puts them together stands here.

run       no token: simulator + bot on one address, all in <data>/simulator/;  with a token: poll or serve
serve     the desk, health and webhook                        poll   the bot by long polling, with the desk
simulate  the simulator alone                                 migrate   bring the database to the newest shape
content   check, import or export a content pack              doctor    what an operator should know
staff     add a person of the staff                           erasures  who was erased, and erase them again
backup    copy database and media while it runs               restore   put a backup back, and erase again
"""

import argparse
import asyncio
import gc
import re
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import SecretStr

from content.command_line import add_content_arguments
from core.errors import SettingsError
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession
    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.services import BotState, Services
    from bot.service import BotService
    from content.pack_models import Pack
    from content.publishing import ImportReport
    from core.crypto import Vault
    from core.db import Database
    from simulator.simulator import Simulator

Result = TypeVar("Result")
SIMULATOR_TOKEN = "1000001:bekal-simulator-token-for-this-desk-only"  # noqa: S105  opens nothing but the stand-in
GC_THRESHOLD = 50_000  # new objects: at Python's 700 a start spends a fifth of its time looking for garbage
WEBHOOK_PATH = "/telegram/webhook"
SIMULATOR_PATHS = ("/bot", "/file/bot", "/phone", "/simulator")
LOOK = Path(__file__).resolve().parent / "simulator" / "static"  # how a phone draws messages: the desk's previews too

DEVELOPER_COMMANDS = """For developers, in a checkout:
  ./bekal test     run the everyday tests; arguments go to pytest; --deep runs what they leave
  ./bekal check    format, lint, types, import rules, catalogues
  ./bekal bench    measure throughput on this machine
  ./bekal lock     renew the lock files after a change of pyproject.toml; --upgrade takes newer versions
  ./bekal screenshots   take the pictures of the phone page that docs/ shows
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a failure is one sentence and a non-zero exit."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.command is None:
        parser.print_help()
        return 0
    try:
        if chosen.command in COMMANDS:
            COMMANDS[chosen.command].run(load_settings())
        else:
            COMMANDS_WITH_ARGUMENTS[chosen.command](chosen)
    except SettingsError as error:
        sys.stderr.write(f"bekal: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bekal",
        description="Information for Indonesian migrant workers that names its sources, on Telegram.",
        epilog=DEVELOPER_COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, command in COMMANDS.items():
        subparsers.add_parser(name, help=command.help, description=command.help)
    about_content = "check, import or export a content pack"
    add_content_arguments(subparsers.add_parser("content", help=about_content, description=about_content))
    about_staff = "add a person of the staff, for instance the first administrator"
    about = subparsers.add_parser("staff", help=about_staff, description=about_staff)
    adding = about.add_subparsers(dest="action", required=True, metavar="add").add_parser("add", help=about_staff)
    adding.add_argument("email")
    adding.add_argument("--name", required=True, help="as colleagues see it")
    adding.add_argument(
        "--role", action="append", required=True, metavar="ROLE",
        help="administrator, editor, outreach, registrar, translator:jv, verifier:id …; may be given several times",
    )  # fmt: skip
    about_erasures = "print the ledger of who was erased; with a file of it, erase them again in a restored database"
    erased = subparsers.add_parser("erasures", help=about_erasures, description=about_erasures)
    erased.add_argument("file", nargs="?", type=Path, help="what this command printed before the restore")
    _add_backup_arguments(subparsers)
    return parser


def _add_backup_arguments(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about_backup = "copy the database and the media into a folder, also while Bekal runs; 35 days are kept"
    made = subparsers.add_parser("backup", help=about_backup, description=about_backup)
    made.add_argument("folder", type=Path, help="where backups are kept; the data key belongs elsewhere")
    about_restore = "put a backup back where Bekal is stopped, and erase again who was erased since"
    chosen = subparsers.add_parser("restore", help=about_restore, description=about_restore)
    chosen.add_argument("backup", type=Path, help="a folder bekal-… that `backup` made")
    chosen.add_argument("--replace", action="store_true", help="also where there is a database: it is backed up first")


# The commands


def run(settings: Settings) -> None:
    """Start everything: on the simulator without a token, on Telegram with one."""
    if settings.telegram_token is None:
        _run_simulated(settings)
    elif settings.secure_public_url:
        serve(settings)
    else:
        poll(settings)


def serve(settings: Settings) -> None:
    """Serve health and the webhook; needs a token, a public address and a secret."""
    settings.required_token()
    settings.required_webhook_secret()
    if not settings.public_url:
        raise SettingsError("BEKAL_PUBLIC_URL is not set: the https address of this server, or use ./bekal poll.")
    _run_loop(_serve(settings, _prepare(settings)[0], _by_webhook))


def poll(settings: Settings) -> None:
    """Run the bot by long polling, with health beside it; needs a token."""
    settings.required_token()
    _run_loop(_serve(settings, _prepare(settings)[0], _by_polling))


def simulate(settings: Settings) -> None:
    """Run the simulator alone, for a bot that is started elsewhere."""
    _run_loop(_simulate(settings, _simulator(settings.data_dir / "simulator")))


def migrate(settings: Settings) -> None:
    """Bring the database to the newest shape and the content pack into it."""
    _prepare(settings)
    _say("The database has the newest shape and content.")


def content(chosen: argparse.Namespace) -> None:
    """Check, import or export a content pack: in the database that `run` would use."""
    from content import command

    if chosen.action == "check":
        _say(command.check(chosen.folder, mend=chosen.rewrite))
        return
    settings = _as_run(load_settings())
    if chosen.action == "import":
        _, report = _prepare(settings, command.read(chosen.folder))
        _say(command.told(report))
    elif chosen.action == "sheet":
        _say(_sheet(settings, chosen))
    else:
        _say(_with_database(settings, lambda database: command.export(database, chosen.folder, force=chosen.force)))


def _sheet(settings: Settings, chosen: argparse.Namespace) -> str:
    """Write the sheet of a topic, as readers have it now, and say where."""
    from api.people.sheets import sheet
    from content.catalogue import Catalogue, load_catalogue
    from content.seals import Seals
    from core.clock import today_at, utc_now
    from core.i18n import words

    if not re.fullmatch(r"[A-Za-z]\w{4,31}", chosen.bot):
        raise SettingsError(f"{chosen.bot} is no name of a bot: write it without @, as in t.me/NAME.")
    vault, _ = _prepare(settings)
    today = today_at(utc_now())

    async def live(database: "Database") -> Catalogue:
        async with database.reading() as connection:
            seals = Seals(vault)
            return await load_catalogue(
                connection, today=today, show_unverified=bool(settings.show_unverified), seals=seals
            )

    catalogue = _with_database(settings, live)
    page = sheet(catalogue, chosen.topic, bot_name=chosen.bot, printed_on=today, words=words(chosen.lang))
    file = chosen.out or Path(f"{chosen.topic}-{chosen.lang}.html")
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"Cannot write {file} ({error.strerror}).") from None
    return f"Written to {file}: open it in a browser and print it."


def staff_add(chosen: argparse.Namespace) -> None:
    """Add a person of the staff, or roles to one who is there, and print the link that sets the password."""
    from core.clock import utc_now
    from core.errors import RuleBroken
    from staff import setting_up

    settings = _as_run(load_settings())
    _prepare(settings)

    async def add(database: "Database") -> str:
        async with database.session() as session:
            return await setting_up.add_by_command(
                session, email=chosen.email, name=chosen.name, roles=chosen.role, now=utc_now()
            )

    try:
        token = _with_database(settings, add)
    except RuleBroken as broken:
        raise SettingsError(broken.message.format(**broken.values)) from None
    _say(
        f"{chosen.email}: open this address once, within three days, to choose a password:",
        f"{_desk_address(settings)}/invitation/{token}",
    )


def erasures(chosen: argparse.Namespace) -> None:
    """Print the ledger of erasures, or carry one out again."""
    from core.restoring import require_finished

    settings = _as_run(load_settings())
    require_finished(settings.data_dir)
    lines = _lines_of(chosen.file) if chosen.file else None
    _require_database(settings)
    if lines is None:
        _say(*_with_database(settings, _ledger))
        return
    _say(f"{len(lines)} lines; {_erase_again(settings, lines)} were here again and are erased.")


async def _ledger(database: "Database") -> list[str]:
    from registrations import erasing

    async with database.reading() as connection:
        return [f"{subject} {at.isoformat()}" for subject, at in await erasing.ledger(connection)]


def _erase_again(settings: Settings, lines: Sequence[str]) -> int:
    """Erase who stands in a ledger and is here again; return how many."""
    from bot.erasing import erase_again
    from core.clock import utc_now

    async def done(database: "Database") -> int:
        async with database.writing() as connection:
            count = await erase_again(connection, [line.split()[0] for line in lines], now=utc_now())
        await database.empty_log()
        return count

    return _with_database(settings, done, is_patient=True)


def _lines_of(file: Path) -> list[str]:
    """Return the lines of a ledger; raise SettingsError for a file that is none."""
    try:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {type(error).__name__}") from None
    for number, line in enumerate(lines, 1):
        if not re.fullmatch(r"[0-9a-f]{32}( \S+)?", line.strip()):
            raise SettingsError(f"{file}, line {number}: this is no line of the ledger.")
    return lines


def backup(chosen: argparse.Namespace) -> None:
    """Copy database and media into a folder, and bring its ledger of erasures up to date."""
    from core import backups, restoring
    from core.clock import utc_now

    settings, now = _as_run(load_settings()), utc_now()
    restoring.require_finished(settings.data_dir)
    try:
        try:
            made = _back_up(settings, chosen.folder, now)
        finally:  # also where no backup can be made, for want of room or else
            gone = backups.drop_old(chosen.folder, now=now) if chosen.folder.is_dir() else 0
    except OSError as error:
        raise SettingsError(f"Cannot back up to {chosen.folder} ({error.strerror}).") from None
    _say(
        f"Backed up to {made}.",
        f"Older than {backups.KEPT_FOR.days} days and deleted: {gone}.",
        "The data key is not in it: keep it apart. Without it nobody can read what is sealed.",
    )


def _back_up(settings: Settings, folder: Path, now: "datetime") -> Path:
    from sqlalchemy import make_url

    from core import backups, installation

    async def owner(database: "Database") -> backups.Owner:
        if await backups.is_empty(database):
            raise SettingsError("There is no database yet: nothing to back up.")
        async with database.reading_session() as session:
            found = await installation.find(session)
        assert found
        migration = await backups.migration_of(database)
        return backups.Owner(bot_id=found.bot_id, key_check=found.key_check.hex(), migration=migration)

    made = backups.back_up(make_url(settings.database), folder, _with_database(settings, owner), now=now)
    backups.add_to_ledger(folder, _with_database(settings, _ledger))
    backups.copy_media(settings.media_dir, folder / backups.MEDIA)
    return made


def restore(chosen: argparse.Namespace) -> None:
    """Put a backup back, bring it to the newest shape, and erase again who was erased since.

    What it replaces is backed up first, with its ledger: nothing is lost, wherever this is cut off. Nobody begins to
    work with what a restore that was cut off has left: core/restoring.py.
    """
    from core import restoring
    from core.db import DatabaseAway

    settings, source = _as_run(load_settings()), chosen.backup.resolve()
    try:
        with restoring.alone(settings.data_dir):
            again = _restore(settings, source, may_replace=chosen.replace)
    except OSError as error:
        raise SettingsError(f"Cannot restore ({error.strerror}): mend that, then restore again.") from None
    except DatabaseAway as error:
        raise _unusable(error) from None
    _prepare(settings)
    _say(
        f"{source.name} is back. Erased again, since they were erased after it: {again}.",
        "What people and staff did since is not in it. Everybody signs in anew; every token and invitation is ended;",
        "look through Staff for accounts and roles that had been ended since.",
    )


def _restore(settings: Settings, source: Path, *, may_replace: bool) -> int:
    """Restore a backup; return how many were erased again."""
    from sqlalchemy import make_url

    from core import backups, installation, restoring
    from core.clock import utc_now
    from migrations.running import known_migrations
    from migrations.running import migrate as migrate_database

    url, folder = make_url(settings.database), source.parent
    about = backups.look_at(source, url, known_migrations())
    key_check = bytes.fromhex(about.key_check)
    installation.require_ours(key_check, about.bot_id, vault=_vault(settings), bot_id=settings.bot_id)
    _lines_of(folder / backups.LEDGER)
    is_replaced = _with_database(settings, lambda database: _is_replaced(database, may_be=may_replace))
    database, before = backups.address_of(url), restoring.begun(settings.data_dir)
    if before:
        backups.add_to_ledger(folder, before.ledger)
    if is_replaced and not (before and before.database == database):  # else it is what that one has left
        _say(f"What is replaced is backed up to {_back_up(settings, folder, utc_now())}.")
    ledger = _lines_of(folder / backups.LEDGER)
    with restoring.marked(settings.data_dir, restoring.Mark(backup=source, database=database, ledger=ledger)):
        _with_database(settings, backups.clear, is_patient=True)
        backups.put_back(source, url)
        migrate_database(settings.database)
        again = _erase_again(settings, ledger)
        _with_database(settings, _end_access, is_patient=True)
        backups.copy_media(folder / backups.MEDIA, settings.media_dir)
    return again


async def _is_replaced(database: "Database", *, may_be: bool) -> bool:
    """Tell whether a restore replaces something; raise SettingsError where that must not be."""
    from core import backups

    await backups.require_idle(database)
    if await backups.is_empty(database):
        return False
    if not may_be:
        raise SettingsError("There is a database already: to put the backup in its place, restore with --replace.")
    return True


async def _end_access(database: "Database") -> None:
    """End what opens the desk: what had been ended since a backup would be good again."""
    from core.clock import utc_now
    from staff import api_tokens, invitations, sessions

    async with database.session() as session:
        for ways_in in (sessions, api_tokens, invitations):
            await ways_in.end_everybodys(session, now=utc_now())


def doctor(settings: Settings) -> None:
    """Print what an operator should know, each with what to do about it."""
    from api.doctor import findings

    as_run = _as_run(settings)
    _require_database(as_run)
    vault = _vault(as_run)
    found = _with_database(as_run, lambda database: findings(as_run, database, vault))
    _say(*map(str, found))


def _require_database(settings: Settings) -> None:
    """Raise SettingsError where nothing was ever set up: no key is lost there, and no server is to be looked at."""
    from core.restoring import unfinished

    if not _has_database(settings) and not unfinished(settings.data_dir):
        raise SettingsError(f"There is no database yet in {settings.data_dir.resolve()}: ./bekal run makes it.")


def _has_database(settings: Settings) -> bool:
    """Tell whether there may be a database: of a server only itself can tell."""
    return bool(settings.database_url) or (settings.data_dir / "bekal.db").exists()


def _vault(settings: Settings) -> "Vault":
    """Return what opens sealed values; raise SettingsError where the key is not here."""
    from core.crypto import load_vault

    key = settings.data_key.get_secret_value() if settings.data_key else None
    return load_vault(key, settings.data_dir / "data.key", may_make=False)


def _with_database(
    settings: Settings, work: Callable[["Database"], Coroutine[object, object, Result]], *, is_patient: bool = False
) -> Result:
    from core.db import Database, DatabaseAway

    async def done() -> Result:
        database = Database(settings.database, is_patient=is_patient)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(done())
    except DatabaseAway as error:
        raise _unusable(error) from None


def _as_run(settings: Settings) -> Settings:
    """Return the settings with which `run` works: without a token those of the simulator, in a folder of its own."""
    return _simulated(settings) if settings.telegram_token is None else settings


def _run_simulated(settings: Settings) -> None:
    simulated = _simulated(settings)
    vault, _ = _prepare(simulated)
    _run_loop(_serve(simulated, vault, _by_polling, simulator=_simulator(simulated.data_dir)))


def _simulated(settings: Settings) -> Settings:
    address = f"http://127.0.0.1:{settings.bind_port}"
    folder = settings.data_dir / "simulator"
    return settings.model_copy(
        update={
            "telegram_token": SecretStr(SIMULATOR_TOKEN),
            "telegram_api_url": address,
            "data_dir": folder,
            "database_url": "",
            "public_url": "",
            "bind": f"127.0.0.1:{settings.bind_port}",
            "show_unverified": settings.show_unverified is not False,
        }
    )


# Setting up


def _prepare(settings: Settings, pack: "Pack | None" = None) -> "tuple[Vault, ImportReport]":
    """Make what is missing: folder, tables, key, content. Quick when all is there.

    Returns what opens sealed values, and what the import did: of the pack, or of the shipped one where it is new.
    """
    from core.db import DatabaseAway
    from core.restoring import require_finished
    from migrations.running import migrate as migrate_database

    require_finished(settings.data_dir)
    where = settings.data_dir.resolve()
    if not _has_database(settings):
        _say(f"Setting up in {where}: database, key, content …")
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        migrate_database(settings.database)
        return asyncio.run(_set_up(settings, pack))
    except DatabaseAway as error:
        raise _unusable(error) from None
    except OSError as error:
        raise _no_place(where, error) from None


def _unusable(error: Exception) -> SettingsError:
    return SettingsError(f"The database cannot be used ({error}): check BEKAL_DATABASE_URL and its server.")


async def _set_up(settings: Settings, pack: "Pack | None") -> "tuple[Vault, ImportReport]":
    from content.seals import Seals
    from content.shipped import bring_another, bring_shipped
    from core import installation
    from core.clock import utc_now
    from core.crypto import load_vault
    from core.db import Database

    key = settings.data_key.get_secret_value() if settings.data_key else None
    database = Database(settings.database, is_patient=True)
    try:
        async with database.session() as session:
            is_new = await installation.find(session) is None
            vault = load_vault(key, settings.data_dir / "data.key", may_make=is_new)
            await installation.prove(session, vault=vault, bot_id=settings.bot_id)
            if pack is None:
                report = await bring_shipped(session, now=utc_now(), seals=Seals(vault))
            else:
                report = await bring_another(session, pack, now=utc_now(), seals=Seals(vault))
            if _is_simulated(settings):
                await _add_demo_accounts(session)
        return vault, report
    finally:
        await database.close()


async def _add_demo_accounts(session: "AsyncSession") -> None:
    from core.clock import utc_now
    from staff import passwords, setting_up

    if await setting_up.lacks_demo(session):
        await setting_up.add_demo(session, password_hash=passwords.hashed(setting_up.DEMO_PASSWORD), now=utc_now())


def _no_place(where: Path, error: OSError) -> SettingsError:
    reason = error.strerror or type(error).__name__
    return SettingsError(f"Cannot set up in {where} ({reason}): choose a folder of yours with BEKAL_DATA_DIR.")


# Running


Start = Callable[["BotService", Settings], None]


def _by_polling(bot: "BotService", _settings: Settings) -> None:
    bot.start_polling()


def _by_webhook(bot: "BotService", settings: Settings) -> None:
    bot.start_webhook(settings.public_url + WEBHOOK_PATH, settings.required_webhook_secret())


async def _serve(settings: Settings, vault: "Vault", start: Start, *, simulator: "Simulator | None" = None) -> None:
    """Serve until a signal says stop.

    Longer than a function should be: what is opened here is closed here, the other way round.
    """
    from api.doctor import what_is_hidden
    from api.jobs import make_jobs
    from api.listening import listening
    from api.services import BotState
    from bot.service import BotService
    from bot.telegram.client import TelegramClient
    from content.media_files import MediaFiles
    from content.seals import Seals
    from core.db import Database
    from core.log import set_up_logging

    set_up_logging(settings.log_level)
    database = Database(settings.database)
    bot = BotService(
        client=TelegramClient(settings.required_token(), api_url=settings.telegram_api_url), database=database,
        vault=vault, media=MediaFiles(settings.media_dir), send_per_second=settings.send_per_second,
        show_unverified=bool(settings.show_unverified), pages_url=_pages_address(settings),
    )  # fmt: skip
    try:
        services = _services(settings, database, vault, lambda: BotState(**bot.state()))
        jobs = make_jobs(services)
        app = _app(settings, services, bot, simulator)
        async with listening(app, settings.bind_host, settings.bind_port) as stop:
            try:
                jobs.start()
                if await _begin(settings, bot, start, stop):
                    hidden = await what_is_hidden(settings, database, Seals(vault))
                    _say(*_greeting(settings, bot, simulator), *(found.what for found in hidden))
                    gc.freeze()  # what is loaded by now stays: looking it through for garbage is a tenth of all work
                    if not stop.done():
                        bot.start_preparing()
                await stop
            finally:  # also where Ctrl-C came while this was still starting
                await asyncio.gather(jobs.stop(), bot.stop())
                if simulator is not None:
                    await simulator.close()  # ends the phones' streams, or the server would wait for them
    finally:
        with suppress(TimeoutError):  # a connection that the database holds up must not hold up Ctrl-C
            async with asyncio.timeout(1):
                await database.close()


async def _begin(settings: Settings, bot: "BotService", start: Start, stop: asyncio.Future[None]) -> bool:
    """Start the bot, and tell whether it runs: Ctrl-C need not wait for that."""
    starting = asyncio.create_task(bot.start())
    await asyncio.wait((starting, stop), return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.wait((starting,))
        return False
    await starting
    start(bot, settings)
    bot.start_introducing()
    return True


def _greeting(settings: Settings, bot: "BotService", simulator: "Simulator | None") -> list[str]:
    """Tell where to go from here."""
    health = f"Health: http://{settings.bind}/readyz"
    if simulator is not None:
        from staff.setting_up import DEMO, DEMO_DOMAIN, DEMO_PASSWORD

        accounts = ", ".join(f"{name}@{DEMO_DOMAIN}" for name in DEMO)
        here = f"http://127.0.0.1:{settings.bind_port}"
        return [
            f"Bekal runs on the simulator. Open the phone: {here}/phone",
            f"The desk: {here}/  (demo accounts: {accounts}; their password: {DEMO_PASSWORD})",
            health,
            "Ctrl-C ends it.",
        ]
    health = f"The desk: {_desk_address(settings)}/  {health}"
    way = bot.state()["updates_by"]
    if bot.username is None:
        return [f"Telegram could not be reached yet; Bekal goes on trying, by {way}.", health]
    return [f"Bekal serves https://t.me/{bot.username} by {way}.", health]


def _services(
    settings: Settings, database: "Database", vault: "Vault", bot_state: "Callable[[], BotState]"
) -> "Services":
    """Put together what the desk's routes work with."""
    from api.services import Services
    from content.cache import CatalogueCache
    from content.seals import Seals
    from core.clock import utc_now

    seals = Seals(vault)
    return Services(
        database=database, vault=vault, seals=seals, clock=utc_now, bot_state=bot_state, look=LOOK,
        catalogue=CatalogueCache(clock=utc_now, show_unverified=True, seals=seals), public_url=_desk_address(settings),
        allows_demo=_is_simulated(settings), is_secure=settings.secure_public_url, settings=settings,
    )  # fmt: skip


def _desk_address(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.bind}"


def _pages_address(settings: Settings) -> str:
    """Return where people open pages of ours: only where what they type there is not carried in the open."""
    return _desk_address(settings) if settings.secure_public_url or _is_simulated(settings) else ""


def _is_simulated(settings: Settings) -> bool:
    return settings.telegram_token is not None and settings.telegram_token.get_secret_value() == SIMULATOR_TOKEN


def _app(settings: Settings, services: "Services", bot: "BotService", simulator: "Simulator | None") -> "ASGIApp":
    """Put the apps together by path. The webhook and the stand-in are reached without FastAPI's layers."""
    from api.app import create_app

    stand_in = _stand_in(simulator) if simulator is not None else None
    pages = create_app(services)
    webhook = bot.webhook(settings.required_webhook_secret()) if settings.webhook_secret else None

    async def app(scope: "Scope", receive: "Receive", send: "Send") -> None:
        path = scope.get("path", "")
        if webhook is not None and path == WEBHOOK_PATH:
            await webhook(scope, receive, send)
        elif stand_in is not None and path.startswith(SIMULATOR_PATHS):
            await stand_in(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return app


def _simulator(folder: Path) -> "Simulator":
    from simulator.simulator import Simulator

    try:
        return Simulator(token=SIMULATOR_TOKEN, folder=folder / "telegram", demo_people=True)
    except OSError as error:
        raise _no_place(folder.resolve(), error) from None


def _stand_in(simulator: "Simulator") -> "ASGIApp":
    from simulator.app import create_app

    return create_app(simulator)


async def _simulate(settings: Settings, simulator: "Simulator") -> None:
    from api.listening import listening

    address = f"http://127.0.0.1:{settings.bind_port}"
    async with listening(_stand_in(simulator), "127.0.0.1", settings.bind_port) as stop:
        _say(f"Phone: {address}/phone", f"Bot API: BEKAL_TELEGRAM_API_URL={address}")
        _say(f"Token: BEKAL_TELEGRAM_TOKEN={SIMULATOR_TOKEN}")
        await stop
        await simulator.close()


# The tables of commands


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command and the line that --help gives it."""

    run: Callable[[Settings], None]
    help: str


COMMANDS = {
    "run": CommandLine(run, "start Bekal: on the simulator, or on Telegram where BEKAL_TELEGRAM_TOKEN is set"),
    "serve": CommandLine(serve, "serve webhook, desk and health (needs a token, BEKAL_PUBLIC_URL and a secret)"),
    "poll": CommandLine(poll, "run the bot by long polling, with the desk and health beside it (needs a token)"),
    "simulate": CommandLine(simulate, "run the simulator alone"),
    "migrate": CommandLine(migrate, "bring database and content to the newest shape"),
    "doctor": CommandLine(doctor, "look at key, database and content, and say what to mend"),
}


COMMANDS_WITH_ARGUMENTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "content": content, "staff": staff_add, "erasures": erasures, "backup": backup, "restore": restore,
}  # fmt: skip


def _run_loop(work: Coroutine[object, object, None]) -> None:
    import uvloop

    uvloop.run(work)


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    gc.set_threshold(GC_THRESHOLD)
    code = main()
    gc.freeze()  # all is closed by now: or Python looks through a million objects for a second before it ends
    sys.exit(code)
