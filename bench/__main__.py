"""`./bekal bench`: Bekal beside bare bots, each alone with the stand-in, taking turns; a table of ratios at the end.

Every contestant meets the same people (bench/driver.py) in the same round, near and far, so that a machine that slows
down slows all of them. `--write` puts the table into docs/benchmark.md. Other options measure one part of Bekal.
"""

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil

from bench import lists, registrations, search
from bench.driver import TOKEN
from bench.page import Figures, Place, page, table

ROOT = Path(__file__).resolve().parent.parent
GIVE_UP_SECONDS = 30.0


@dataclass(frozen=True)
class Contestant:
    """A bot to measure: its command line, given the stand-in's address and an empty folder."""

    name: str
    module: str
    options: tuple[str, ...] = ()
    needs_folder: bool = False

    def command(self, api: str, folder: Path) -> list[str]:
        if self.module == "main":
            return [sys.executable, str(ROOT / "main.py"), "poll"]
        database = ["--database", str(folder / "visits.db")] if self.needs_folder else []
        return [sys.executable, "-m", self.module, "--api", api, "--token", TOKEN, *self.options, *database]

    def environment(self, api: str, folder: Path) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if not name.startswith("BEKAL_")}
        return bare | {
            "BEKAL_TELEGRAM_TOKEN": TOKEN,
            "BEKAL_TELEGRAM_API_URL": api,
            "BEKAL_DATA_DIR": str(folder),
            "BEKAL_BIND": "127.0.0.1:0",
            "BEKAL_SEND_PER_SECOND": "0",
            "BEKAL_SHOW_UNVERIFIED": "yes",
            "BEKAL_LOG_LEVEL": "WARNING",
        }


CONTESTANTS = (
    Contestant("Bekal", "main"),
    Contestant("(a) python-telegram-bot", "bench.contestants.ptb_bot"),
    Contestant("(a') the same, concurrent", "bench.contestants.ptb_bot", ("--concurrent",)),
    Contestant("(b) aiogram", "bench.contestants.aiogram_bot"),
    Contestant("(c) aiogram, a row an update", "bench.contestants.aiogram_bot", needs_folder=True),
)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    if options.lists or options.registrations or options.search:
        return of_a_part(options)
    chosen = [contestant for contestant in CONTESTANTS if options.only in contestant.name]
    results: dict[tuple[str, Place], list[Figures]] = {}
    commits = disk_commits_a_second()
    print(f"the disk: {commits:.0f} commits a second (SQLite, WAL, synchronous=FULL, one row each)")
    for number in range(options.rounds):
        for place in (Place.NEAR, Place.FAR):
            for contestant in chosen:
                figures = measure(contestant, place, options)
                results.setdefault((contestant.name, place), []).append(figures)
                print(f"round {number + 1} {place:<4} {contestant.name:<30} {figures}", flush=True)
    middle = {key: Figures.middle(rounds) for key, rounds in results.items()}
    print(table(middle))
    if options.write:
        text = page(middle, results, commits=commits, day=date.today(), machine=machine(), options=options)  # noqa: DTZ011  a day on a page
        (ROOT / "docs" / "benchmark.md").write_text(text)
    return 0


def of_a_part(options: argparse.Namespace) -> int:
    """Measure search, the desk's list pages, or exports of registrations."""
    write = ["--write"] if options.write else []
    if options.search:
        return search.main(write)
    return lists.main(write) if options.lists else registrations.main([f"--count={options.count}", *write])


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bekal bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", type=int, default=200, help="how many walk at once")
    parser.add_argument("--seconds", type=float, default=8, help="how long each is measured")
    parser.add_argument("--warm-up", type=float, default=2)
    parser.add_argument("--search", action="store_true", help="only how well search answers, and how quickly")
    parser.add_argument("--lists", action="store_true", help="only the desk's list pages, with 10,000 articles")
    parser.add_argument("--registrations", action="store_true", help="only exports of registrations")
    parser.add_argument("--count", type=int, default=registrations.COUNT, help="how many registrations")
    parser.add_argument("--only", default="", help="part of a contestant's name")
    parser.add_argument("--write", action="store_true", help="write the page in docs/ that tells the figures")
    return parser.parse_args(arguments)


def measure(contestant: Contestant, place: Place, options: argparse.Namespace) -> Figures:
    """Let one contestant serve the crowd for a while."""
    with tempfile.TemporaryDirectory(prefix="bekal-bench-") as name:
        driver = start_driver(place, options)
        assert driver.stdin
        assert driver.stdout
        try:
            api = json.loads(driver.stdout.readline())["url"]
            folder = Path(name)
            with (folder / "log.txt").open("wb") as log:
                bot = subprocess.Popen(
                    contestant.command(api, folder), env=contestant.environment(api, folder),
                    cwd=ROOT, stdout=log, stderr=log,
                )  # fmt: skip
            try:
                return figures_of(driver, bot, folder)
            finally:
                end(bot)
        finally:
            driver.kill()
            driver.wait()


def end(bot: "subprocess.Popen[bytes]") -> None:
    """Ask a bot to end; one that does not is killed."""
    bot.terminate()
    try:
        bot.wait(5)
    except subprocess.TimeoutExpired:
        bot.kill()
        bot.wait()


def start_driver(place: Place, options: argparse.Namespace) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.driver", "--people", str(options.people)]
    command += ["--seconds", str(options.seconds), "--warm-up", str(options.warm_up)]
    command += ["--far"] if place is Place.FAR else []
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def figures_of(driver: "subprocess.Popen[str]", process: "subprocess.Popen[bytes]", folder: Path) -> Figures:
    assert driver.stdin
    assert driver.stdout
    bot = psutil.Process(process.pid)
    wait_until_idle(bot)
    driver.stdin.write("go\n")
    driver.stdin.flush()
    told = driver.stdout.readline()
    before = bot.cpu_times()
    told = driver.stdout.readline()
    after = bot.cpu_times()
    if not told or process.poll() is not None:
        raise SystemExit(f"no figures: {(folder / 'log.txt').read_text()[-2000:]}")
    seen = json.loads(told)
    cpu = after.user + after.system - before.user - before.system
    return Figures(
        updates_a_second=seen["updates"] / seen["lasted"],
        calls_a_second=seen["calls"] / seen["lasted"],
        tapped_p50_ms=seen["tapped"]["p50"],
        tapped_p99_ms=seen["tapped"]["p99"],
        typed_p50_ms=seen["typed"]["p50"],
        typed_p99_ms=seen["typed"]["p99"],
        cpu_seconds_a_thousand=1000 * cpu / max(seen["updates"], 1),
        peak_megabytes=peak_megabytes(bot),
    )


def peak_megabytes(bot: psutil.Process) -> float:
    """Return the most memory that a process ever held, where the system tells it (Linux), else what it holds now."""
    status = Path(f"/proc/{bot.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    kilobytes = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), bot.memory_info().rss / 1024)
    return kilobytes / 1024


def wait_until_idle(bot: psutil.Process) -> None:
    """Wait until a bot that has just been started does nothing but poll."""
    deadline, quiet = time.monotonic() + GIVE_UP_SECONDS, 0
    while quiet < 3 and time.monotonic() < deadline and bot.is_running():
        quiet = quiet + 1 if bot.cpu_percent(0.3) < 5 and bot.net_connections() else 0


def disk_commits_a_second() -> float:
    """Count what the disk under the temporary folder does by itself: the ceiling of one commit an update."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/commits.db", isolation_level=None)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (n)")
        count, began = 0, time.perf_counter()
        while (lasted := time.perf_counter() - began) < 2:
            connection.execute("INSERT INTO t VALUES (?)", (count,))
            count += 1
        connection.close()
        return count / lasted


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
