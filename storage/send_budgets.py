"""How many messages the processes of one installation may still send through a channel, counted by PostgreSQL."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

#: The database's clock alone counts. After it was set back, nothing waits for the time that it showed before.
_TAKE = text(
    """
    INSERT INTO send_budgets AS budget (channel, used_until)
    VALUES (:channel, clock_timestamp() + :seconds * interval '1 second')
    ON CONFLICT (channel) DO UPDATE SET used_until = :seconds * interval '1 second' + CASE
        WHEN budget.used_until BETWEEN clock_timestamp() AND clock_timestamp() + interval '10 seconds'
        THEN budget.used_until ELSE clock_timestamp() END
    RETURNING CAST(extract(epoch FROM used_until - clock_timestamp()) AS double precision)
    """
)


def take(session: Session, channel: str, seconds: float) -> float:
    """Takes so much time of the channel, behind what others have taken. Returns in how many seconds it ends.

    On PostgreSQL only. It is one statement, for a transaction of its own: others wait until it is committed.
    """
    return float(session.scalars(_TAKE, {"channel": channel, "seconds": seconds}).one())
