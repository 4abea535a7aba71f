"""How long Grafana lets names be.

Some limits it checks itself; others are those of its database, which refuses longer text on
PostgreSQL and MySQL, where SQLite takes it.
"""

import hashlib

TAG = 50
"""Characters of a dashboard's tag."""
TITLE = 189
"""Characters of the title of a folder or dashboard."""
NAME = 190
"""Characters of a team's name or address, and bytes of a data source's name."""
ADDRESS = 255
"""Bytes of a data source's address, and characters of its user."""

HASH_LENGTH = 8


def shortened(text: str, limit: int) -> str:
    """``text`` as it is, or its beginning and a hash where that is longer than ``limit``."""
    if len(text) <= limit:
        return text
    return f"{text[: limit - HASH_LENGTH - 2]}… {digest(text)}"


def digest(text: str) -> str:
    """What tells ``text`` apart from others, in a few letters and digits."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:HASH_LENGTH]


def at_most(limit: int, what: str, value: str) -> str:
    """``value``, if it has at most ``limit`` characters; raises ValueError if not."""
    if len(value) > limit:
        raise ValueError(f"has {len(value)} characters; Grafana takes at most {limit} in {what}")
    return value


def at_most_bytes(limit: int, what: str, value: str) -> str:
    """``value``, if it has at most ``limit`` bytes; raises ValueError if not."""
    length = len(value.encode(errors="surrogatepass"))
    if length > limit:
        unit = "characters" if length == len(value) else "bytes"
        raise ValueError(f"has {length} {unit}; Grafana takes at most {limit} in {what}")
    return value
