"""A small pack that keeps every rule, to be changed by a test, and the shipped one in a database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from content.catalogue import Catalogue, load_catalogue
from content.importing import import_pack
from content.pack import read_pack
from content.pack_files import PackError
from content.publishing import ImportReport
from core.db import Database
from tests.harness import SEALS, shipped

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = NOW.date()
FILES = {
    "sources.yaml": """\
a-paper:
  title: A paper
  publisher: An office
  seen_on: 2025-05
  confidence: high
""",
    "evidence.yaml": """\
X-01:
  claim: It costs something.
  source: An office
  date: May 2025
  confidence: high
  check: true
X-02:
  claim: A rumour.
  source: Nobody
  date: undated
  confidence: low
""",
    "facts.yaml": """\
the-fee:
  kind: fee
  values:
    id: Rp5
    en: 5 rupiah
  sources: [a-paper]
  evidence: [X-01]
""",
    "contacts.yaml": """\
the-office:
  official_name: Kantor
  names: {id: Kantor <A&B>, en: Office <A&B>}
  kind: ministry
  country: ID
  phones:
    - number: "+62211234"
      type: e164
      hours: {id: 24 jam, en: 24 hours, jv: 24 jam, su: 24 jam}
      reach: everywhere
  publishable: true
  seen_on: 2025-04-10
  sources: [a-paper]
hidden-office:
  official_name: Kantor lain
  names: {id: Kantor lain, en: Another office}
  kind: ministry
  country: ID
  publishable: false
  seen_on: 2019-01-01
  sources: [a-paper]
""",
    "work/topic.yaml": """\
icon: "🔧"
position: 1
titles:
  id: Kerja
  en: Work
  jv: Gawéan
  su: Gawé
""",
    "work/the-cost.id.html": """\
---
title: Biaya
summary: Berapa biayanya.
sources: [a-paper]
evidence: [X-01]
missing: [jv, su]
position: 1
---
<b>Bayar {{fact:the-fee}}.</b>
<!-- part -->
Telepon 📞:

{{contact:the-office}}
""",
    "work/the-cost.en.html": """\
---
title: Cost
summary: What it costs.
translated_from: "HASH"
---
<b>Pay {{fact:the-fee}}.</b>
<!-- part -->
Call 📞:

{{contact:the-office}}
""",
}
WritePack = Callable[..., Path]


@pytest.fixture
def write_pack(tmp_path: Path) -> WritePack:
    """Give a function that writes the small pack; texts replaced by `change={file: (old, new)}`."""

    def write(change: dict[str, tuple[str, str]] | None = None, *, fresh: bool = True) -> Path:
        folder = tmp_path / "pack"
        for name, content in FILES.items():
            old, new = (change or {}).get(name, ("", ""))
            assert old in content
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content.replace(old, new) if old else content, encoding="utf-8")
        if fresh:
            renew_hash(folder)
        return folder

    return write


def renew_hash(folder: Path) -> None:
    """Name today's source text in the translation: the problem that a wrong name gives tells the right one."""
    path = folder / "work/the-cost.en.html"
    written = path.read_text(encoding="utf-8")
    wrong = written.replace("HASH", "0" * 64)
    path.write_text(wrong, encoding="utf-8")
    try:
        read_pack(folder)
    except PackError as error:
        right = [problem.what.split()[-1] for problem in error.problems if "whose hash is" in problem.what]
        if right:
            path.write_text(wrong.replace("0" * 64, right[0]), encoding="utf-8")


@pytest.fixture
def import_folder(database: Database) -> Callable[..., object]:
    async def bring(folder: Path | None = None) -> ImportReport:
        pack = read_pack(folder) if folder else shipped()
        async with database.session() as session:
            return await import_pack(session, pack, now=NOW, seals=SEALS)

    return bring


@pytest.fixture
def load(database: Database) -> Callable[..., object]:
    async def read(*, show_unverified: bool = True, today: date = TODAY) -> Catalogue:
        async with database.reading() as connection:
            return await load_catalogue(connection, today=today, show_unverified=show_unverified, seals=SEALS)

    return read
