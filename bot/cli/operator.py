"""What every command does with a mistake of the operator."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

Params = ParamSpec("Params")


def operator(command: Callable[Params, None]) -> Callable[Params, None]:
    """Prints an `OperatorError` as one line on standard error, with its exit code."""

    @wraps(command)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> None:
        from bot.errors import OperatorError

        try:
            command(*args, **kwargs)
        except OperatorError as wrong:
            click.echo(f"pst-bot: {' '.join(str(wrong).split())}", err=True)
            sys.exit(wrong.exit_code)

    return run
