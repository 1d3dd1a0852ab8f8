"""What one row of the table of commands says."""

from __future__ import annotations

import re
from typing import Literal

from domain.frozen import frozen
from domain.permissions import Act
from domain.text import Text

Audience = Literal["everybody", "staff"]


@frozen
class Argument:
    """What may follow a command. It needs the "/" before the command, because an answer may begin with the same word.
    Two exceptions: while one of `conversations` is open, and, outside a form, where the argument matches `pattern`.
    """

    example: str
    required: bool = False  #: the command's word alone, without "/", is no command
    conversations: frozenset[str] = frozenset()  #: names; "" is a person who has not written before
    pattern: re.Pattern[str] | None = None


@frozen
class Command:
    """One row of the table. A "/" may stand before any word of it, and must stand there if it `needs_slash`."""

    name: str
    indonesian: tuple[str, ...]  #: the first word is the one that menus show
    english: tuple[str, ...]
    meaning: str  #: for the README
    audience: Audience = "everybody"
    act: Act = "list"  #: of a command of the staff: what its reader must be allowed to do
    needs_slash: bool = False  #: the word alone is no command, because it may be an answer or a search
    slash_words: frozenset[str] = frozenset()  #: those of its words that need it, where others do not
    argument: Argument | None = None
    menu: Text | None = None  #: its line in the menus of the platforms
    help: tuple[int, Text] | None = None  #: its position in the help text, and how it is called there
    in_form: bool = False  #: an open form answers it
    may_answer: bool = False  #: its words may also answer a question of a form; the person is asked which

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.indonesian, *self.english)))
