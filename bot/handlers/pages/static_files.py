"""Style sheets and scripts. The name of each in its URL holds its hash, so browsers may keep it for ever.

Routes that have some keep them in a dictionary of their own, and serve them with `respond`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable

from aiohttp import web

from domain.frozen import frozen

_COLOURS = resources.files("bot.handlers.pages") / "static" / "colours.css"
SCRIPT_TYPE = "text/javascript"
_TYPES = {"css": "text/css", "js": SCRIPT_TYPE}
#: the name of a module in an import of a script
_IMPORT = re.compile(rb'(?<= from "\./)[a-z]+\.js(?=";)')


@frozen
class Asset:
    """A file whose name contains its hash: browsers may keep it for ever."""

    content: bytes
    content_type: str
    tag: str


def load_asset(folder: Traversable, name: str, assets: dict[str, Asset]) -> str:
    """Adds a file, and the modules that it imports, to `assets`. Returns its name in the URL, which holds its hash.

    The imports inside a script get the names with hashes too: so the hash of a script covers its modules.
    """
    content = _IMPORT.sub(
        lambda found: load_asset(folder, found[0].decode(), assets).encode(), (folder / name).read_bytes()
    )
    return _add(name, content, assets)


def load_style(assets: dict[str, Asset], *styles: Traversable) -> str:
    """Adds the colours of all pages and these style sheets as one to `assets`. Returns its name in the URL."""
    content = b"\n".join(style.read_bytes() for style in (_COLOURS, *styles))
    return _add(styles[-1].name, content, assets)


def _add(name: str, content: bytes, assets: dict[str, Asset]) -> str:
    tag = sha256(content).hexdigest()[:12]
    stem, _, extension = name.partition(".")
    hashed_name = f"{stem}-{tag}.{extension}"
    assets[hashed_name] = Asset(content, _TYPES[extension], tag)
    return hashed_name


def respond(assets: Mapping[str, Asset], request: web.Request) -> web.Response:
    """The file with the name in the URL."""
    asset = assets.get(request.match_info["name"])
    if asset is None:
        return web.Response(status=404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{asset.tag}"'}
    if any(known.value == asset.tag for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    response = web.Response(body=asset.content, content_type=asset.content_type, charset="utf-8", headers=headers)
    response.enable_compression()
    return response
