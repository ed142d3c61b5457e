"""Pictures of authors, drawn from the digest of who they are: no address leaves this server."""

import hashlib
import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_SEED = re.compile(r"[a-z2-7]{12}")
_SIDE = 5
_HALF = 3
"""Columns drawn; the others mirror them."""

_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    # A blog on another host shows it.
    "cross-origin-resource-policy": "cross-origin",
}


def identicon(seed: str) -> str:
    """An SVG of 5 by 5 fields, mirrored, in one colour; the same for the same seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    hue = int.from_bytes(digest[:2]) % 360
    squares = [
        f"M{x} {y}h1v1h-1z"
        for column in range(_HALF)
        for y in range(_SIDE)
        if digest[2 + column * _SIDE + y] & 1
        for x in {column, _SIDE - 1 - column}
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 7 7" width="80" height="80">'
        f'<path fill="hsl({hue},25%,92%)" d="M-1 -1h7v7h-7z"/>'
        f'<path fill="hsl({hue},50%,45%)" d="{"".join(squares)}"/></svg>'
    )


async def avatar(request: Request) -> Response:
    """`GET /avatars/{seed}.svg`."""
    seed = request.path_params["seed"]
    if not _SEED.fullmatch(seed):
        raise HTTPException(404, "a picture's name is 12 characters, a to z and 2 to 7")
    return Response(identicon(seed), media_type="image/svg+xml", headers=_HEADERS)
