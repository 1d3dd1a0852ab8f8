"""Names of files at other computers, to which Windows signs in by itself, and names on this computer."""

from __future__ import annotations

import re

#: the address of another computer in the local network, to which Windows signs in
SHARE = re.compile(r"\s*(?:file:|smb:|[\\/]{2})", re.IGNORECASE)
#: a name on this computer, such as the template of the office: it is not fetched from elsewhere
LOCAL_TARGET = re.compile(
    r"(?:file:/{3}(?!/))?[a-z]:[\\/]|(?:file:/{3}(?!/))(?![\\/])|(?![a-z][a-z0-9+.-]*:|[\\/]{2})", re.IGNORECASE
)
