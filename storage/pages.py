"""Reads one page of a list that is sorted by a column and the id, along the index of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Select, literal, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.pages import ListPage, Place

Row = TypeVar("Row")
Value = TypeVar("Value")
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Order(Generic[Value]):
    """How a list is sorted. `number` gives a value of the column as an integer; `stored` is its inverse."""

    column: InstrumentedAttribute[Value]
    row_id: InstrumentedAttribute[int]
    number: Callable[[Value], int]
    stored: Callable[[int], Value]
    newest_first: bool = False

    def place(self, row: object, *, before: bool = False) -> Place:
        number = self.number(getattr(row, self.column.key))
        return Place(number, getattr(row, self.row_id.key), "before" if before else "after")

    def beyond(self, place: Place) -> ColumnElement[bool]:
        """The rows on that side of the place. Places come from outside: all rows for a value that no row can have."""
        try:
            value = literal(self.stored(place.value), self.column.type)
        except (ValueError, OverflowError):
            return true()
        there = tuple_(value, literal(place.row_id, self.row_id.type))
        key = tuple_(self.column, self.row_id)
        return key > there if (place.side == "after") != self.newest_first else key < there

    def sort(self, query: Select[*Columns], *, backwards: bool = False) -> Select[*Columns]:
        columns = (self.column, self.row_id)
        descending = self.newest_first != backwards
        return query.order_by(*(column.desc() if descending else column.asc() for column in columns))


def read_page(
    session: Session, query: Select[Row], order: Order[Value], start: Place | int, size: int
) -> ListPage[Row]:
    """`start`: a place, or how many rows to skip: buttons of version 0.1 count pages.

    A page before a place that is not full any more is the first page.
    """
    if isinstance(start, int):
        found = session.scalars(order.sort(query).offset(start).limit(size + 1)).all()
        return _page(found[:size], order, has_before=start > 0, has_after=len(found) > size)
    beyond = query.where(order.beyond(start))
    backwards = start.side == "before"
    found = session.scalars(order.sort(beyond, backwards=backwards).limit(size + 1)).all()
    if not backwards:
        return _page(found[:size], order, has_before=True, has_after=len(found) > size)
    if len(found) <= size:
        return read_page(session, query, order, 0, size)
    return _page(found[:size][::-1], order, has_before=True, has_after=True)


def nearest(query: Select[*Columns], order: Order[Value], start: Place | int) -> Select[*Columns]:
    """The rows from the beginning of a page on, in the direction in which it is read."""
    if isinstance(start, int):
        return order.sort(query)
    return order.sort(query.where(order.beyond(start)), backwards=start.side == "before")


def rows_needed(start: Place | int, size: int) -> int:
    """How many of the nearest rows a page needs, with one more to know whether another page follows."""
    return start + size + 1 if isinstance(start, int) else size + 1


def _page(rows: Sequence[Row], order: Order[Value], *, has_before: bool, has_after: bool) -> ListPage[Row]:
    return ListPage(
        rows,
        order.place(rows[0], before=True) if rows and has_before else None,
        order.place(rows[-1]) if rows and has_after else None,
    )
