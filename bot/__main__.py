"""The entry point of `pst-bot`. Each command imports what it needs."""

from bot.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
