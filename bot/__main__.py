"""`pst-bot`: everything heavy is imported by the command that needs it."""

from bot.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
