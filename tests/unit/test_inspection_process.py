"""A file that harms its reader ends a child process, within its limits; nobody else waits for it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from bot.channel import Upload
from bot.chat import Incoming
from domain.files import FILE_KINDS
from storage.inspection.process import FileInspector, InspectionLimits
from storage.inspection.result import FileRefused
from tests.made_files import office, pdf, picture
from tests.samples import sample
from tests.talk import Talk, World

MEGABYTE = 1024 * 1024


@pytest.fixture
def inspector() -> Iterator[FileInspector]:
    inspector = FileInspector()
    yield inspector
    inspector.close()


def children() -> set[int]:
    """The process ids of the children of this process that inspect files."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"storage.inspection.worker" in command:
            found.add(int(status.parent.name))
    return found


def reason(inspector: FileInspector, content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        inspector.inspect("berkas", content, FILE_KINDS)
    return refused.value.reason


def script(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


@cache
def slow() -> bytes:
    """A PDF that takes more than two seconds: nearly as many values as are checked."""
    return pdf(lambda document: document.Root.__setattr__("Values", Array([Array([1, 2])] * 360_000)))


def huge_relations() -> bytes:
    """1.2 MB that hold relations of 190 MB, as they were sent to stop the service."""
    return office("docx", {"word/a.bin": os.urandom(MEGABYTE), "word/_rels/document.xml.rels": "".join((
        '<?xml version="1.0"?><Relationships xmlns="x">', '<Relationship Id="r" Type="t" Target="t"/>' * 4_700_000,
        "</Relationships>",
    ))})  # fmt: skip


def test_files_are_inspected_one_after_another_by_the_same_child(inspector: FileInspector) -> None:
    before = children()
    good = inspector.inspect("a.pdf", pdf(pages=3), FILE_KINDS)
    (child,) = children() - before
    assert (good.kind, good.name, good.pages) == ("pdf", "a.pdf", 3)
    assert inspector.inspect("foto", picture("png"), FILE_KINDS).name == "foto.png"
    assert reason(inspector, pdf(script)) == "script_pdf"
    assert children() - before == {child}
    inspector.close()
    assert children() == before


def test_a_child_that_was_killed_is_replaced(inspector: FileInspector) -> None:
    before = children()
    inspector.inspect("a.pdf", pdf(), FILE_KINDS)
    (child,) = children() - before
    os.kill(child, 9)
    time.sleep(0.2)
    assert inspector.inspect("a.pdf", pdf(), FILE_KINDS).pages == 1


@pytest.mark.parametrize(
    ("limits", "content", "why"),
    [
        (InspectionLimits(cpu_seconds=0), slow, "bomb"),
        (InspectionLimits(seconds=2), slow, "busy"),
        (InspectionLimits(memory=150 * MEGABYTE), partial(picture, "png", size=(8000, 5000)), "bomb"),
    ],
    ids=["processor", "time", "memory"],
)
def test_a_file_that_uses_too_much_is_refused_and_its_child_ended(
    limits: InspectionLimits, content: Callable[[], bytes], why: str
) -> None:
    inspector, before = FileInspector(limits), children()
    assert reason(inspector, content()) == why
    assert children() == before
    assert inspector.inspect("a.png", picture("png"), FILE_KINDS).kind == "png"
    inspector.close()


def test_the_child_has_no_secret_of_the_service(inspector: FileInspector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PST_SECRET_KEY", "rahasia" * 8)
    before = children()
    inspector.inspect("a.pdf", pdf(), FILE_KINDS)
    (child,) = children() - before
    assert b"rahasia" not in Path(f"/proc/{child}/environ").read_bytes()


def test_relations_of_190_megabytes_are_refused_at_once(inspector: FileInspector) -> None:
    content = huge_relations()
    assert len(content) < 1_800_000
    start = time.monotonic()
    assert reason(inspector, content) == "bomb"
    assert time.monotonic() - start < 10


def test_others_are_answered_while_a_slow_file_is_inspected(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    sender, other = Talk(world, "pengirim"), Talk(world, "lain")
    sender.say("halo")
    answered_after, inspected_after = asyncio.run(race(world, sender, other))
    assert answered_after < inspected_after, "the answer came while the file was being inspected"
    assert "Selamat datang" in other.last
    sender.send(("surat.pdf", sample("surat.pdf")))
    assert "Berkas tidak diperlukan di sini" in sender.last
    world.stop()


async def race(world: World, sender: Talk, other: Talk) -> tuple[float, float]:
    """When the other person was answered, and when the file was inspected; seconds after the file came."""
    inbound = world.process.inbound

    async def chunks() -> object:
        yield slow()

    spooled = await inbound.spool(chunks())  # type: ignore[arg-type]
    incoming = Incoming("m1", sender.channel, sender.address, world.now, "file", last_seen_id=sender.seen)
    start = time.monotonic()
    await inbound.receive_files(incoming, (Upload("surat.pdf", spooled),))
    await inbound.receive(Incoming("m2", other.channel, other.address, world.now, "text", text="halo"))
    answered_after = time.monotonic() - start
    await inbound.idle()
    inspected_after = time.monotonic() - start
    await other.news()
    return answered_after, inspected_after
