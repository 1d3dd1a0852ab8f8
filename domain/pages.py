"""Pages of long lists. A page begins at a row, not at a count of rows, so a late page costs no more than the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Literal, TypeVar, get_args

from domain.frozen import frozen

Row = TypeVar("Row")
Side = Literal["after", "before"]

_SIDES: tuple[Side, ...] = get_args(Side)
_MAX_DIGITS = 17  #: such a number fits a BIGINT column


@frozen
class Place:
    """Names a row by what its list is sorted by, as a number, and by its id. A page lies on one side of it."""

    value: int
    row_id: int
    side: Side = "after"

    @property
    def code(self) -> str:
        """The form for the code of a button. Inverse: `read_place`."""
        return f"{self.side}.{self.value}.{self.row_id}"


@frozen
class ListPage(Generic[Row]):
    rows: Sequence[Row]
    before: Place | None = None  #: of the previous page, if there is one
    after: Place | None = None  #: of the next page, if there is one


def read_place(word: str) -> Place | None:
    """Reads the untrusted code of a place; `None` for any other word."""
    side, *numbers = word.split(".")
    if len(numbers) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= _MAX_DIGITS for part in numbers):
        return None
    return next((Place(int(numbers[0]), int(numbers[1]), known) for known in _SIDES if known == side), None)
