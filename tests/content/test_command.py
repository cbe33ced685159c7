"""`./bekal content`, as a person types it."""

import asyncio
import io
import os
import shutil
from collections.abc import Callable, Coroutine
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from content.pack import LIBRARY
from content.pack_writing import pack_files, write_folder
from main import main
from tests.harness import few_of, shipped

WritePack = Callable[..., Path]
Run = Callable[..., Coroutine[Any, Any, tuple[int, str, str]]]
ID = "work/the-cost.id.html"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a function that runs one command to its end; returns exit code, what it said, and what it complained of."""
    for name in [name for name in os.environ if name.startswith("BEKAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BEKAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    async def run_it(*arguments: object, **settings: str) -> tuple[int, str, str]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        said, complained = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(complained):
            code = await asyncio.to_thread(_typed, list(map(str, arguments)))
        for name in settings:
            monkeypatch.delenv(name)
        return code, said.getvalue(), complained.getvalue()

    return run_it


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder with a pack of a few of the shipped articles: all of them take seconds each time."""
    write_folder(tmp_path / "few", pack_files(few_of(shipped())))
    return tmp_path / "few"


def _typed(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as ended:  # --help
        return int(ended.code or 0)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


async def test_a_pack_goes_in_once_and_comes_out_the_same(run: Run, tmp_path: Path) -> None:
    code, said, _ = await run("content", "import")
    assert code == 0
    assert "Texts published: " in said
    assert (tmp_path / "data/simulator/bekal.db").exists(), "the database that run uses without a token"
    assert (await run("content", "import"))[1] == "Nothing has changed.\n"

    code, said, _ = await run("content", "export", "out")

    assert (code, said) == (0, f"Files written to out: {len(files_of(LIBRARY))}.\n")
    assert files_of(tmp_path / "out") == files_of(LIBRARY)


async def test_an_import_goes_to_the_database_of_the_settings_and_outlives_the_next_start(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    settings = {
        "BEKAL_DATABASE_URL": database_url,
        "BEKAL_TELEGRAM_TOKEN": "1000001:AAbekal_simulator_token_0123456789abc",
    }
    assert (await run("migrate", **settings))[0] == 0
    mine = shutil.copytree(LIBRARY, tmp_path / "mine")
    text = mine / "health-daily/washing-hands.en.html"
    text.write_text(text.read_text().replace("\n1. ", "\n1. First: ", 1))

    assert (await run("content", "import", "mine", **settings))[1].startswith(
        "Texts published: 1, drafts for review: 0, other rows changed: 0, left alone"
    )
    assert (await run("migrate", **settings))[0] == 0
    assert (await run("content", "export", "out", **settings))[0] == 0

    assert files_of(tmp_path / "out") == files_of(mine)


async def test_check_tells_every_problem_with_file_and_line_and_then_a_sentence(
    run: Run, write_pack: WritePack
) -> None:
    folder = write_pack({ID: ("<b>Bayar", "<h1>Bayar"), "facts.yaml": ("    en: 5 rupiah\n", "")})

    for action in ("check", "import"):
        code, said, complained = await run("content", action, folder)

        assert (code, said) == (1, "")
        assert [line.split(": ")[0] for line in complained.splitlines()[:-1]] == ["facts.yaml:3", f"{ID}:9"]
        assert complained.splitlines()[-1] == f"bekal: Mend these 2 lines in {folder} and try again."


async def test_a_pack_that_no_one_can_read_is_told_in_lines_too(run: Run, write_pack: WritePack) -> None:
    folder = write_pack({ID: ("position: 1", f"position: {10**20}")})
    (folder / ".git").mkdir()
    (folder / "sources.yaml").unlink()
    (folder / "sources.yaml").mkdir()
    (folder / "facts.yaml").write_text(f"the-fee: {'[' * 5000}\n")
    (folder / "evidence.yaml").write_text("&x [*x]\n")

    code, _, complained = await run("content", "check", folder)

    assert code == 1
    assert [line.split(": ")[0] for line in complained.splitlines()[:-1]] == [
        "evidence.yaml:1", "facts.yaml:1", "sources.yaml:1", "work/the-cost.en.html:1", f"{ID}:7",
    ]  # fmt: skip


async def test_check_tells_what_is_out_of_form_and_the_command_that_mends_it(
    run: Run, few: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(few, tmp_path / "mine")
    topic = folder / "money/topic.yaml"
    icon, *others = topic.read_text(encoding="utf-8").splitlines(keepends=True)
    topic.write_text("".join((*others, icon)), encoding="utf-8")
    code, _, complained = await run("content", "check", folder)
    assert code == 1
    assert complained.splitlines()[0] == "money/topic.yaml:1: not in the canonical form from here on"
    assert complained.splitlines()[-1].endswith(f"./bekal content check {folder} --rewrite brings them into it.")

    assert (await run("content", "check", folder, "--rewrite"))[0] == 0

    assert files_of(folder) == files_of(few)
    code, said, complained = await run("content", "check", folder)
    assert (code, complained) == (0, "")
    assert said.startswith("Every rule is kept. Articles: 16, ")


async def test_check_tells_what_a_good_text_would_do_better(run: Run, write_pack: WritePack) -> None:
    folder = write_pack()

    code, _, complained = await run("content", "check", folder)

    assert code == 1
    assert f"{ID}:9: 3 words: 60 to 170 are right" in complained.splitlines()
    assert complained.splitlines()[-1].startswith("bekal: Sentences and texts to better: ")
    assert (await run("content", "import", folder))[0] == 0, "it helps somebody all the same"


async def test_the_shipped_pack_is_checked_without_a_database(run: Run, tmp_path: Path) -> None:
    code, said, _ = await run("content", "check", BEKAL_DATABASE_URL="nonsense")

    assert code == 0
    assert said.startswith("Every rule is kept.")
    assert not (tmp_path / "data").exists()


async def test_an_export_touches_no_folder_that_holds_something_unless_forced(
    run: Run, few: Path, tmp_path: Path
) -> None:
    await run("content", "import", few)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")

    code, _, complained = await run("content", "export", "full")
    assert (code, complained) == (1, "bekal: full is not empty: choose a new folder, or add --force.\n")
    assert len(files_of(tmp_path / "full")) == 1

    assert (await run("content", "export", "full", "--force"))[0] == 0
    assert files_of(tmp_path / "full") == files_of(few) | {"mine.txt": b"mine"}


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (("check", "gone"), {}, "There is no folder gone."),
        (("import", "gone"), {}, "There is no folder gone."),
        (("check", "x" * 300), {}, f"Cannot read {'x' * 300} (File name too long)."),
        (("export", "out"), {}, "There is no database yet: ./bekal run or ./bekal content import makes it."),
        (("export", "a-file"), {}, "a-file is a file: choose a new folder."),
        (("import",), {"BEKAL_DATA_DIR": "/proc/nowhere"}, "Cannot set up in /proc/nowhere/simulator"),
        (("import",), {"BEKAL_DATA_KEY": "short"}, "BEKAL_DATA_KEY must hold 32 bytes"),
    ],
)
async def test_a_failure_is_one_sentence(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str], says: str
) -> None:
    (tmp_path / "a-file").write_text("mine")

    code, _, complained = await run("content", *arguments, **settings)

    assert code == 1
    assert complained.startswith(f"bekal: {says}")
    assert complained.count("\n") == 1


async def test_a_folder_that_cannot_be_written_is_one_sentence(run: Run, write_pack: WritePack) -> None:
    await run("content", "import", write_pack())

    code, _, complained = await run("content", "export", "/proc/nowhere")

    assert (code, complained) == (1, "bekal: Cannot write to /proc/nowhere (No such file or directory).\n")


async def test_help_tells_what_each_action_does(run: Run) -> None:
    code, said, _ = await run("content", "--help")

    assert code == 0
    assert all(action in said for action in ("check every rule", "bring a pack into", "write the live content"))
