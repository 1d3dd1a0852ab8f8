"""Where Telegram delivers to. Imports none of its libraries."""

from __future__ import annotations

from hashlib import sha256

from domain.frozen import frozen


@frozen
class WebhookSettings:
    public_url: str
    secret: str

    @property
    def path(self) -> str:
        """A path that only somebody who has the secret can guess, and that does not give the secret away."""
        return f"/telegram/{sha256(b'webhook of ' + self.secret.encode()).hexdigest()[:32]}"

    @property
    def url(self) -> str:
        return self.public_url + self.path
