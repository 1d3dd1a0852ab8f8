"""Names of files at other computers, to which Windows signs in by itself."""

from __future__ import annotations

import re

#: the address of another computer in the local network, to which Windows signs in
SHARE = re.compile(r"\s*(?:file:|smb:|[\\/]{2})", re.IGNORECASE)
