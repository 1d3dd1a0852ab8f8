"""Letters as files: issued ones of a world, their QR codes read back from a picture, and copies that were changed."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import zxingcpp
from PIL import Image
from sqlalchemy import select

from storage.tables import File, RegisterEntry
from tests.talk import World


def newest_entry(world: World) -> RegisterEntry:
    query = select(RegisterEntry).order_by(RegisterEntry.id.desc()).limit(1)
    return world.process.units.write_now(lambda session: session.scalars(query).one())


def delivered(world: World) -> bytes:
    """The letter of the newest entry, as the applicant got it."""
    from storage.tables import Letter

    def file(session: object) -> tuple[str, str]:
        letter = session.get_one(Letter, newest.letter_id)  # type: ignore[attr-defined]
        row = session.get_one(File, letter.file_id)  # type: ignore[attr-defined]
        return row.object, row.owner

    newest = newest_entry(world)
    return world.process.store.read(*world.process.units.write_now(file))


def scan(content: bytes, folder: Path) -> str:
    """What a reader finds on the last page, printed to PNG at 100 dpi and read as a whole: nobody cuts out the code.

    Raises:
        AssertionError: there is not exactly one code on the page.
    """
    (folder / "letter.pdf").write_bytes(content)
    with pikepdf.open(BytesIO(content)) as pdf:
        last = str(len(pdf.pages))
    where = (str(folder / "letter.pdf"), str(folder / "last"))
    subprocess.run(("pdftoppm", "-png", "-gray", "-r", "100", "-f", last, "-singlefile", *where), check=True)
    with Image.open(folder / "last.png") as page:
        [code] = zxingcpp.read_barcodes(page)
    return str(code.text)


def saved_again(content: bytes) -> bytes:
    """As a program saves it that rewrites the whole file."""
    out = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.save(out)
    return out.getvalue()


def locked(content: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="rahasia", owner="rahasia"))
    return out.getvalue()


def with_script(content: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.save(out)
    return out.getvalue()


def of_pages(count: int) -> bytes:
    out = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


def unpacking_to(size: int) -> bytes:
    """A small file whose page has so many bytes."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page().obj.Contents = pdf.make_stream(bytes(size))
        pdf.save(out)
    return out.getvalue()


def one_byte_changed(content: bytes, at: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)
