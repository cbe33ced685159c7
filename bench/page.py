"""What a run of the benchmark says: its figures, the table of ratios, and the page docs/benchmark.md."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum
from statistics import median

HEADER = """| | updates/s | Bekal is | p50 | p99 | CPU s per 1,000 | peak memory |
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
answer is on the phone; *p50* and *p99* are from the tap to that. With {people} people waiting all the time these are
times under full load: a bot with fewer people is quicker. The bare bots show screens as large as Bekal's: as many
buttons, as long texts. Bekal has its whole library loaded. (Until 2026-11-26 the journey had one topic less, and once
the library had come it walked through other screens than it said; figures from before cannot be compared.)

**Bekal** keeps all its promises here: each update claimed, each chat locked, each reply in the outbox, sealed, before
it is sent, one commit to the disk (`synchronous=FULL`) before Telegram is told. It also acknowledges taps and takes the
buttons off old screens. **(a)** is python-telegram-bot as its examples show it, default request class, everything in
memory; **(a')** the same with `concurrent_updates`, which gives up the order of a chat's updates. **(b)** is aiogram as
its examples show it, in memory. **(c)** is (b) reading and writing one row an update through the ORM on SQLite.

A crash of Bekal repeats at most 8 new messages ([map.md](map.md)), so at most 8 are on their way at once. Two of the
six steps of the journey are new messages, the others edits: with calls of 40 ms that lets no more than
8 / 0.04 / 0.33 = 600 updates a second through, however quick the machine; the bare bots have no such bound.

## Where the time goes

A sampling profile of the event loop's thread, near, on 2026-11-26: 28 % the event loop itself with its reads and
writes, 22 % calls of the Bot API (14 % aiohttp, 8 % python-telegram-bot), 12 % parsing updates, 9 % transactions
(turns and endings, all SQL), some 8 % the hops to SQLite's thread and back, 3 % the look into the search index and
the person's language before a turn, the rest in small pieces. Bekal makes two calls an update (it acknowledges each
tap and takes the buttons off old screens) where the bare bots make 1.7. Far away new messages wait for one of 8
places (a second and more, with 200 people): a place is held 44 ms for the call and 13 to 15 ms until its end is
recorded, longest (35 ms at p95) while the loop works off what one poll brought. Smaller commits, a shorter switch
interval and fewer hops a transaction were tried and changed nothing that could be measured.

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
    p50_ms: float
    p99_ms: float
    cpu_seconds_a_thousand: float
    peak_megabytes: float

    @classmethod
    def middle(cls, rounds: Sequence["Figures"]) -> "Figures":
        """Return the median of each figure."""
        return cls(*(median(values) for values in zip(*map(astuple, rounds), strict=True)))

    def __str__(self) -> str:
        return (
            f"{self.updates_a_second:7.0f} updates/s {self.calls_a_second:6.0f} calls/s  p50 {self.p50_ms:6.0f} ms  "
            f"p99 {self.p99_ms:6.0f} ms  {self.cpu_seconds_a_thousand:5.2f} CPU s per 1,000  "
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
            f"| {name} | {each.updates_a_second:,.0f} | {ratio} | {each.p50_ms:,.0f} ms | {each.p99_ms:,.0f} ms "
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
