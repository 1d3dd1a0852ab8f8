"""The commands as an operator runs them: real processes, one line for a mistake."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.errors import OperatorError
from bot.handlers.console import REPLY_TIMEOUT
from bot.settings import Settings, read
from tests.program import ROOT, run
from tests.samples import sample
from tests.talk import World
from tests.transcript_player import played


def cpu_seconds(*arguments: str) -> float:
    """Of one Python process: what others do on this machine does not count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_costs_little_more_than_the_bare_interpreter() -> None:
    """The promise is half a second; a start of the interpreter is the measure of the machine."""
    bare = min(cpu_seconds("-c", "pass") for _ in range(5))
    help_ = min(cpu_seconds("-m", "bot", "--help") for _ in range(5))
    assert help_ < 20 * bare, f"{help_:.3f} s, but the bare interpreter takes {bare:.3f} s"


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("bot.cli", {"sqlalchemy", "aiohttp", "pydantic", "aiogram", "telegram", "babel", "fpdf"}),
        # what a start of the service imports before its first page
        ("bot.runtime.web", {"aiogram", "telegram", "alembic", "fpdf", "phonenumbers", "email_validator", "obstore"}),
    ],
)
def test_help_and_the_first_page_import_nothing_that_they_do_not_need(module: str, heavy: set[str]) -> None:
    code = f"import {module}, sys; print(*sorted(m.split('.')[0] for m in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not heavy & set(loaded.split())


def test_with_telegram_types_are_built_when_they_are_used_and_the_second_library_waits_for_a_notice() -> None:
    code = """
import sys
from bot.handlers.telegram import connect
connect("1:x", "http://127.0.0.1:1", "polling", "", "", None)
from aiogram.methods import Response, SendMessage
from aiogram.types import StarTransactions, User
assert "telegram" not in sys.modules
print(SendMessage.__pydantic_complete__, StarTransactions.__pydantic_complete__)
markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
SendMessage(chat_id=1, text="Halo", reply_markup=markup)
StarTransactions.model_validate({"transactions": []})
Response[User].model_validate({"ok": True, "result": {"id": 1, "is_bot": False, "first_name": "Siti"}})
print(SendMessage.__pydantic_complete__, StarTransactions.__pydantic_complete__)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["False", "False", "True", "True"], done.stderr


@pytest.mark.parametrize(
    "name,value,says",
    [
        ("PST_LISTEN", "8080", "127.0.0.1:8080"),
        ("PST_LISTEN", "127.0.0.1:99999", "127.0.0.1:8080"),
        ("PST_PUBLIC_URL", "pst.example.go.id", "https://"),
        ("PST_SMTP_URL", "mail.example.go.id", "smtp://"),
        ("PST_SECRET_KEY", "short", "32"),
        ("PST_LOG", "loud", "debug, info, warning or error"),
        ("PST_DATABASE_URL", "mysql://root@localhost/pst", "sqlite+aiosqlite"),
        ("PST_DATABASE_URL", "nonsense", "PST_DATABASE_URL"),
        ("PST_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none", "PST_DATABASE_URL"),
        ("PST_OFFICE", "/nowhere/profile.toml", "profile.toml"),
        ("PST_DATA_DIR", "/proc/nowhere", "PST_DATA_DIR"),
    ],
)
def test_a_wrong_setting_is_one_line_that_says_what_to_do(tmp_path: Path, name: str, value: str, says: str) -> None:
    answer = run(tmp_path, "migrate", **{name: value})
    assert answer.returncode == (75 if "127.0.0.1:1/" in value else 2), "what may work in a moment is tried again"
    assert len(answer.stderr.strip().splitlines()) == 1, answer.stderr
    assert says in answer.stderr


@pytest.mark.parametrize("name,value", [("PST_SMTP_URL", "smtp://"), ("PST_MAIL_FROM", "nobody")])
def test_a_wrong_mail_setting_is_one_line_too(tmp_path: Path, name: str, value: str) -> None:
    answer = run(tmp_path, "chat", **{name: value})
    assert (answer.returncode, len(answer.stderr.strip().splitlines())) == (2, 1), answer.stderr
    assert name in answer.stderr


#: what stands in the file of settings, and what is said of it
BAD_FILES = {
    b"PST_LISTNE=127.0.0.1:8080\n": "PST_LISTNE: there is no such setting",
    b"PST_LOG=info\nPST_LISTEN\n": ".env, line 2: write it as NAME=value",
    b"PST_LOG='info\n": ".env, line 1: write it as NAME=value",
    b"PST_LOG=info\nPST_BACKUP_PASSPHRASE=loket #1 kantor kami\n": ".env, line 2: what follows the # would be left out",
    "PST_MAIL_FROM=Pelayanan é <a@b.id>".encode("latin-1"): ".env: save it as UTF-8",
    b"PST_WHATSAPP_APP_SECRET=x\n": "PST_WHATSAPP_APP_SECRET has no effect without PST_WHATSAPP_TOKEN",
    b"PST_WHATSAPP_TOKEN=x\n": "set PST_WHATSAPP_PHONE_NUMBER_ID and PST_WHATSAPP_APP_SECRET",
    b"PST_TELEGRAM_WEBHOOK_SECRET=abcdefghijklmnop\n": "has no effect without PST_TELEGRAM_TOKEN",
    b"PST_BSRE_USER=x\n": "PST_BSRE_USER has no effect without PST_BSRE_URL",
    b"PST_FILES_ENDPOINT=https://s3.example.go.id\n": "PST_FILES_ENDPOINT has no effect without PST_FILES_URL",
    b"PST_FILES_URL=s3://berkas/kantor\n": "set PST_FILES_ACCESS_KEY and PST_FILES_SECRET_KEY",
    b"PST_FILES_URL=/var/files\n": "PST_FILES_URL: write it as s3://bucket/prefix",
    b"PST_FILES_URL=s3://berkas/../lain\n": "PST_FILES_URL: write it as s3://bucket/prefix",
    b"PST_FILES_ENDPOINT=s3.example.go.id\n": "PST_FILES_ENDPOINT: write the address without the bucket",
}


def settings_in(monkeypatch: pytest.MonkeyPatch, folder: Path, **environment: str) -> Settings:
    """Read in this process, from another folder than the data are in."""
    for name, value in {"PST_DATA_DIR": str(folder / "var"), **environment}.items():
        monkeypatch.setenv(name, value)
    (folder / "elsewhere").mkdir(exist_ok=True)
    monkeypatch.chdir(folder / "elsewhere")
    return read()


@pytest.mark.parametrize("content,says", BAD_FILES.items())
def test_a_mistake_in_the_file_of_settings_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(OperatorError) as refused:
        settings_in(monkeypatch, tmp_path)
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_a_passphrase_is_taken_as_it_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A part that was left out would be missing when a backup is opened with the words on paper."""
    (tmp_path / ".env").write_text("# comment\nPST_BACKUP_PASSPHRASE='loket #1 = \"kita\" ${HOME}'\nPST_LOG= # none\n")
    assert settings_in(monkeypatch, tmp_path).backup_passphrase == 'loket #1 = "kita" ${HOME}'
    (tmp_path / ".env").write_text("PST_BACKUP_PASSPHRASE=loket#1 ${HOME} kami\n")
    assert settings_in(monkeypatch, tmp_path).backup_passphrase == "loket#1 ${HOME} kami"


def test_the_file_lies_beside_the_data_or_where_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("\ufeffPST_LOG=warning\nexport PST_LISTEN='127.0.0.1:81'\nPST_MAIL_FROM=\n", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ".env").write_text("PST_LOG=error\n")
    found = settings_in(monkeypatch, tmp_path, PST_LISTEN="127.0.0.1:82")
    assert (found.log, found.listen) == ("warning", "127.0.0.1:82"), (
        "not by the working directory; the environment first"
    )
    assert found.mail_from.endswith("<no-reply@localhost>"), "an empty line says nothing"
    named = tmp_path / "elsewhere" / ".env"
    assert settings_in(monkeypatch, tmp_path, PST_ENV_FILE=str(named)).log == "error"
    with pytest.raises(OperatorError, match="check PST_ENV_FILE"):
        settings_in(monkeypatch, tmp_path, PST_ENV_FILE=str(tmp_path / "none"))


def test_an_unknown_variable_of_the_environment_is_named(tmp_path: Path) -> None:
    answer = run(tmp_path, "migrate", PST_LISTNE="127.0.0.1:8080")
    assert answer.returncode == 2 and "PST_LISTNE: there is no such setting" in answer.stderr, answer.stderr


LOOKS = [
    *(["inbox", "list"], ["jobs", "list"], ["outbox", "list"], ["officer", "list"], ["retention"], ["audit", "verify"]),
    *(["inbox", "retry"], ["register", "export", "f.xlsx"], ["breach", "f", "--known-at", "2026-03-02 10:00"]),
]
DEMO_CERTIFICATE = ["certificate", "demo", "f.p12", "--password", "contoh"]


def test_what_only_looks_makes_no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PST_DATA_DIR", str(tmp_path / "var"))
    for arguments in LOOKS:
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 2 and "There is no database at sqlite" in done.output, (arguments, done.output)
    assert not list(tmp_path.iterdir())


def test_a_wrong_profile_is_one_line_for_every_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PST_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PST_OFFICE", str(tmp_path / "none.toml"))
    for arguments in (
        ["check"],
        ["calendar"],
        ["key", "rotate"],
        ["verify", "https://pst.example/#x"],
        DEMO_CERTIFICATE,
    ):
        done = CliRunner().invoke(main, arguments)
        said = done.output.splitlines()
        assert done.exit_code == 2 and len(said) == 1 and "none.toml" in said[0], (arguments, done.output)


@pytest.mark.postgres
def test_first_starts_at_once_make_one_database(tmp_path: Path, postgres_database: str) -> None:
    with ThreadPoolExecutor() as threads:
        starts = [threads.submit(run, tmp_path, "migrate", PST_DATABASE_URL=postgres_database) for _ in range(3)]
        answers = [start.result() for start in starts]
    assert [(answer.returncode, answer.stderr) for answer in answers] == [(0, "")] * 3


@pytest.mark.postgres
def test_an_empty_postgresql_database_is_none_either(monkeypatch: pytest.MonkeyPatch, postgres_database: str) -> None:
    monkeypatch.setenv("PST_DATABASE_URL", postgres_database)
    done = CliRunner().invoke(main, ["jobs", "list"])
    assert done.exit_code == 2 and "There is no database at postgresql" in done.output


def test_a_database_without_its_key_refuses_to_start(tmp_path: Path) -> None:
    assert run(tmp_path, "chat", words="halo\n").returncode == 0
    (tmp_path / "var" / "secret.key").unlink()
    answer = run(tmp_path, "migrate")
    assert answer.returncode == 2 and "secret.key" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def test_the_demo_is_for_this_machine_only(tmp_path: Path) -> None:
    answer = run(tmp_path, "run", "--demo", PST_LISTEN="0.0.0.0:8080")
    assert answer.returncode == 2 and "--demo" in answer.stderr


def test_the_catalogue_is_imported_once_and_bad_lines_are_named(tmp_path: Path) -> None:
    good = (ROOT / "domain" / "data" / "catalogue_sample.csv").read_text(encoding="utf-8")
    file = tmp_path / "more.csv"
    file.write_text(
        good + "Tanpa tahun,Dinas,dua ribu,Jeneponto,7304,survei,,,,rekomendasi_terbit,,\n", encoding="utf-8"
    )
    first, second = run(tmp_path, "catalogue", "import", str(file)), run(tmp_path, "catalogue", "import", str(file))
    assert first.returncode == second.returncode == 1
    assert first.stderr.startswith("line 46: ")
    assert "44 new" in first.stdout and "44 unchanged" in second.stdout


def test_a_saved_conversation_plays_again_as_a_transcript(tmp_path: Path) -> None:
    words = "halo\najukan\n4\nmenu\nberapa lama prosesnya?\n"
    answer = run(tmp_path, "chat", "--as", "tester", "--save", "saved.chat", words=words)
    assert answer.returncode == 0, answer.stderr
    saved = (tmp_path / "saved.chat").read_text(encoding="utf-8").splitlines()
    assert [line for line in saved if line.startswith(">")] == [f"> {word}" for word in words.splitlines()]
    world = World(tmp_path / "again")
    again = played(saved, world)
    world.stop()
    assert again == saved


def test_the_terminal_sends_files_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "surat.pdf").write_bytes(sample("surat.pdf"))
    run(tmp_path, "chat", "--as", "tester", words="halo\n")
    began = time.monotonic()
    answer = run(tmp_path, "chat", "--as", "tester", words="/file surat.pdf\n/file nowhere.pdf\n")
    assert time.monotonic() - began < REPLY_TIMEOUT, "nobody replies to a file that was not sent"
    assert "Selamat datang" in answer.stdout
    assert "Berkas tidak diperlukan di sini" in answer.stdout
    assert "nowhere.pdf: No such file" in answer.stdout


def test_failed_messages_are_listed_without_their_words(tmp_path: Path) -> None:
    assert run(tmp_path, "migrate").returncode == 0
    answer = run(tmp_path, "inbox", "list")
    assert (answer.returncode, answer.stdout.strip()) == (0, "0 failed")
    assert run(tmp_path, "inbox", "retry").stdout.strip() == "0 done, 0 still failing"
