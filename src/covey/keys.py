"""Keys that stand for people: hashes with a secret, so that nobody can make one from an identifier.

A plain hash of an e-mail address or a customer number is no protection: whoever has a list of them
hashes the list and looks. With HMAC (RFC 2104) that takes the secret.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping

SECRET_VARIABLE = "COVEY_KEY_SECRET"
"""Environment variable that holds the secret."""

SHORTEST_SECRET = 16
"""Characters; a shorter secret can be tried out."""

KEY_DIGITS = 32
"""A key is the first 128 bits of the hash, in hexadecimal digits."""


def secret_of(environment: Mapping[str, str]) -> str | None:
    """Return the secret of an environment, or None where it has none.

    Raises
    ------
    ValueError
        If the secret is too short. It is not shown.
    """
    secret = environment.get(SECRET_VARIABLE) or None
    if secret is not None and len(secret) < SHORTEST_SECRET:
        raise ValueError(
            f"{SECRET_VARIABLE} has {len(secret)} characters and needs at least {SHORTEST_SECRET}"
        )
    return secret


def keys_of(texts: Iterable[str | None], *, secret: str | None) -> list[str | None]:
    """Return the key of each text, none for none: HMAC-SHA256, or MD5 where there is no secret.

    Without a secret it is the plain hash that SQL makes in a warehouse without this function.

    >>> keys_of(["email:(any):ann@mail.example", None], secret="not very secret")
    ['718f44ec899dcf0734080a92565661df', None]
    >>> keys_of(["email:(any):ann@mail.example"], secret=None)
    ['d0cc7b445ad7c2b6cc99cfc5d421245b']
    """
    start = (
        hashlib.md5(usedforsecurity=False)
        if secret is None
        else hmac.new(secret.encode(), digestmod=hashlib.sha256)
    )
    keys: list[str | None] = []
    for text in texts:
        if text is None:
            keys.append(None)
            continue
        hashed = start.copy()
        hashed.update(text.encode())
        keys.append(hashed.hexdigest()[:KEY_DIGITS])
    return keys
