"""One page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: Sequence[Row]
    has_more: bool  #: whether there is a page after this one


def page_of(found: Sequence[Row], size: int) -> Page[Row]:
    """`found`: what a query for one row more than a page holds has returned."""
    return Page(found[:size], len(found) > size)
