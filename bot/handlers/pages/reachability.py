"""Whether an address leads to this service, as a visitor's browser would find it."""

from __future__ import annotations

from aiohttp import ClientError, ClientSession, ClientTimeout


async def why_not_ours(url: str, timeout: float) -> str:
    """Asks the address for `/health`. Empty when the service answers; else what came instead."""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(timeout)) as session,
            session.get(f"{url}/health", allow_redirects=False) as answer,
        ):
            is_ours = answer.status == 200 and (await answer.text()).strip() == "ok"
            return "" if is_ours else f"HTTP {answer.status}"
    except (ClientError, TimeoutError, OSError) as error:
        return type(error).__name__
