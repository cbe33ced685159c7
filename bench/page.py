"""What a run of the benchmark says: its figures, the table of ratios, and the page docs/benchmark.md."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum
from statistics import median

HEADER = """| | updates/s | Bekal is | tap p50 · p99, ms | text p50 · p99, ms | CPU s per 1,000 | peak memory |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""
PAGE = """# The benchmark

`./bekal bench --write` makes this page. Last run: {day}, {machine}; {people} people at once, {seconds:g} s each,
{rounds} rounds in turn, medians.

The disk does {commits:.0f} commits a second by itself (SQLite, WAL, `synchronous=FULL`, one row each).

## Near: bot and stand-in on one machine

{near}
## Far: every call of the Bot API takes 40 ms longer

{far}
Every contestant polls the strict stand-in, which runs in a process of its own together with the people. A person does
the next thing of the standard journey (/start, a topic, a topic in it, an article, back, a typed word) once the last
answer is on the phone; the times are from the tap or the text to that. With {people} people waiting all the time they
are times under full load: a bot with fewer people is quicker. Every contestant shows screens of the same size: as
many buttons, as long texts; Bekal's come out of its whole library. All answer taps at once and edit the screen.

**Bekal** keeps its promises here: each update claimed, each chat locked, each reply in the outbox, sealed, before it
is sent, one commit to the disk (`synchronous=FULL`) before Telegram is told; it also takes the buttons off old
screens. Two settings are not those of a real service: unverified texts are shown, and its own pace of 25 messages a
second (`BEKAL_SEND_PER_SECOND`) is off, or nothing else would be measured. On a slower disk than this one Bekal and
(c) are slower, the others not. **(a)** is python-telegram-bot as its examples show it, default request class,
everything in memory; **(a')** the same with `concurrent_updates`. **(b)** is aiogram as its examples show it, in
memory. **(c)** is (b) reading and writing one row an update through the ORM on SQLite, with SQLite's own defaults (no
write-ahead log). (a'), (b) and (c) handle updates at once and give up the order of a chat's updates; Bekal and (a)
keep it. Bekal runs on uvloop, the others on asyncio's own loop, as their examples do.

A crash of Bekal repeats at most 8 new messages ([map.md](map.md)), so at most 8 are on their way at once; taps, which
edit, do not wait for that. Two of the six steps of the journey are new messages: with calls of 40 ms that lets no
more than 8 / 0.04 / 0.33 = 600 updates a second through, however quick the machine; and as a place is held 57 to 59
ms in all (below), some 410 are what this one can reach. The bare bots have no such bound.

## Where the time goes

Measured on 2026-11-26, apart from the table. A sampling profile of the event loop's thread, near: 28 % the event loop
itself with its reads and writes, 22 % calls of the Bot API (14 % aiohttp, 8 % python-telegram-bot), 12 % parsing
updates, 9 % transactions (turns and endings, all SQL), some 8 % the hops to SQLite's thread and back, 3 % the look
into the search index and the person's language before a turn, the rest in small pieces. Bekal makes 2 calls an update
where the bare bots make 1.7: it takes the buttons off old screens. Texts wait for one of the 8 places, near and far.
Far a place is held 44 ms for the call and 13 to 15 ms until its end is recorded, longest (35 ms at p95) while the
loop works off what one poll brought; the loop's thread is busy two thirds of the time, with the same work as near.
Smaller commits, a shorter switch interval and fewer hops a transaction were tried and changed nothing that could be
measured.

## Each round

{rows}"""


class Place(StrEnum):
    """How far away the Bot API is."""

    NEAR = "near"
    FAR = "far"


@dataclass(frozen=True)
class Figures:
    """What one contestant did in one round."""

    updates_a_second: float
    calls_a_second: float
    tapped_p50_ms: float
    tapped_p99_ms: float
    typed_p50_ms: float
    typed_p99_ms: float
    cpu_seconds_a_thousand: float
    peak_megabytes: float

    @classmethod
    def middle(cls, rounds: Sequence["Figures"]) -> "Figures":
        """Return the median of each figure."""
        return cls(*(median(values) for values in zip(*map(astuple, rounds), strict=True)))

    def __str__(self) -> str:
        return (
            f"{self.updates_a_second:7.0f} updates/s {self.calls_a_second:6.0f} calls/s  "
            f"tap {self.tapped_p50_ms:5.0f} {self.tapped_p99_ms:6.0f} ms  "
            f"text {self.typed_p50_ms:5.0f} {self.typed_p99_ms:6.0f} ms  "
            f"{self.cpu_seconds_a_thousand:5.2f} CPU s per 1,000  "
            f"{self.peak_megabytes:4.0f} MB"
        )


Key = tuple[str, Place]


def table(results: Mapping[Key, Figures]) -> str:
    """Return both tables, for the terminal."""
    return "\n".join(f"{place}\n{table_of(results, place)}" for place in Place)


def table_of(results: Mapping[Key, Figures], place: Place) -> str:
    """Return one table; the third column says how many times as quick as each of them Bekal is."""
    bekal = results.get(("Bekal", place))
    rows = []
    for (name, where), each in results.items():
        if where is not place:
            continue
        ratio = f"{bekal.updates_a_second / each.updates_a_second:.1f} ×" if bekal and name != "Bekal" else ""
        rows.append(
            f"| {name} | {each.updates_a_second:,.0f} | {ratio} "
            f"| {each.tapped_p50_ms:,.0f} · {each.tapped_p99_ms:,.0f} "
            f"| {each.typed_p50_ms:,.0f} · {each.typed_p99_ms:,.0f} "
            f"| {each.cpu_seconds_a_thousand:.2f} | {each.peak_megabytes:.0f} MB |\n"
        )
    return HEADER + "".join(rows)


def page(
    middle: Mapping[Key, Figures],
    rounds: Mapping[Key, Sequence[Figures]],
    *,
    commits: float,
    day: date,
    machine: str,
    options: argparse.Namespace,
) -> str:
    """Return docs/benchmark.md."""
    rows = [
        f"- {name}, {place}: " + ", ".join(f"{each.updates_a_second:,.0f}" for each in figures) + " updates/s\n"
        for (name, place), figures in rounds.items()
    ]
    return PAGE.format(
        day=day.isoformat(), machine=machine, people=options.people, seconds=options.seconds, rounds=options.rounds,
        commits=commits, near=table_of(middle, Place.NEAR), far=table_of(middle, Place.FAR), rows="".join(rows),
    )  # fmt: skip
