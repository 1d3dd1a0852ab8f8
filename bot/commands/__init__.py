"""Reads commands: which one was written, which the menus of the platforms show, and which the help lists."""

from __future__ import annotations

from bot.commands.command import Command
from bot.commands.table import COMMANDS
from domain.frozen import frozen
from domain.permissions import Role, may
from domain.text import Text, joined, lines, paragraphs


@frozen
class Invocation:
    """A command that somebody wrote."""

    command: Command
    argument: str = ""


#: without an argument
_BY_WORD = {
    word: command
    for command in COMMANDS
    if not (command.argument and command.argument.required)
    for word in command.words
}
_WITH_ARGUMENT = {word: command for command in COMMANDS if command.argument for word in command.words}

HELP = Text(
    "Anda dapat menulis kapan saja: %(words)s. Tombol dapat diganti dengan tulisan atau nomornya.",
    words=joined(", ", *(words for _, words in sorted(command.help for command in COMMANDS if command.help))),
)


def read(text: str, conversation: str, *, in_form: bool) -> Invocation | None:
    """The command that a message is; `None` for any other message. `conversation`: the open one; `in_form`: whether a
    form is open in it.
    """
    plain = without_argument(text)
    invoked = _with_argument(text, conversation, in_form=in_form)
    form_answers = in_form and plain is not None and plain.in_form
    if invoked is not None and (invoked.argument or not form_answers):
        return invoked
    return Invocation(plain) if plain is not None else None


def without_argument(text: str) -> Command | None:
    """The command that these words are, if nothing follows it."""
    words = text.strip().casefold().rstrip(".!")
    word = words.removeprefix("/")
    command = _BY_WORD.get(word)
    if command is not None and (command.needs_slash or word in command.slash_words) and not words.startswith("/"):
        return None
    return command


def word_of(name: str) -> str:
    """The word that carries a command out, with its "/"."""
    return "/" + next(command.indonesian[0] for command in COMMANDS if command.name == name)


def find_ambiguous(text: str) -> Command | None:
    """The command that the words are, if they may also be an answer: "Berkas", "Status"; a "/" makes it a command."""
    command = None if text.strip().startswith("/") else without_argument(text)
    return command if command is not None and command.may_answer else None


def menu(role: Role) -> tuple[tuple[str, Text], ...]:
    """The menu of a platform for a role, as pairs of a word and its line."""
    return tuple(
        (command.indonesian[0], command.menu) for command in COMMANDS if command.menu and _is_for(role, command)
    )


def help_for(role: Role) -> Text:
    """What can be written at any time; for the staff, first what their role can."""
    own = [command for command in COMMANDS if command.audience == "staff" and _is_for(role, command)]
    rows = [
        Text("/%(word)s: %(meaning)s", word=command.indonesian[0], meaning=command.menu)
        for command in own
        if command.menu
    ]
    return paragraphs(lines(Text("Perintah untuk petugas:"), *rows) if rows else None, HELP)


def _is_for(role: Role, command: Command) -> bool:
    return command.audience == "everybody" or may(role, command.act, owns=False, holds=False)


def _with_argument(text: str, conversation: str, *, in_form: bool) -> Invocation | None:
    first, _, rest = text.strip().partition(" ")
    word, argument = first.casefold(), rest.strip()
    command = _WITH_ARGUMENT.get(word.removeprefix("/"))
    if command is None or command.argument is None:
        return None
    accepts = command.argument
    may_omit_slash = (bool(argument) and conversation in accepts.conversations) or (
        accepts.pattern is not None and not in_form and accepts.pattern.fullmatch(argument) is not None
    )
    return Invocation(command, argument) if word.startswith("/") or may_omit_slash else None
