"""Runs the server alone: `python -m tests.platforms.whatsapp [--port N] [--webhook URL]`. Prints its address first."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from tests.platforms.whatsapp.app import graph_server


async def serve(port: int, webhook: str) -> None:
    async with graph_server(webhook, port=port, controlled=True) as server:
        sys.stdout.write(json.dumps({"base": server.base, "environment": server.environment}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.whatsapp", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--webhook", default="", help="where events are POSTed")
    asked = parser.parse_args()
    asyncio.run(serve(asked.port, asked.webhook))
