"""QR codes as rectangles, to be drawn sharp at any size."""

from __future__ import annotations

from itertools import groupby

from domain.frozen import frozen


@frozen
class QrCode:
    """A square of `size` × `size` modules, without the quiet zone around it."""

    size: int
    runs: tuple[tuple[int, int, int], ...]  #: dark modules in a row: (column, row, how many)


def encode(content: str) -> QrCode:
    """With error correction M: a seventh of the modules may be damaged. Raises `ValueError` when it is too long."""
    import segno

    matrix = segno.make_qr(content, error="m", boost_error=False).matrix
    runs = []
    for row, modules in enumerate(matrix):
        column = 0
        for dark, group in groupby(modules):
            length = len(list(group))
            if dark:
                runs.append((column, row, length))
            column += length
    return QrCode(len(matrix), tuple(runs))
