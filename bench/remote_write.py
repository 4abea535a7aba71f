"""Samples sent to a Prometheus by its remote-write protocol
(https://prometheus.io/docs/specs/prw/remote_write_spec/): a day of a large proxy as text would be
tens of gigabytes.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence

import httpx

from bench.litellm_data import Labels

_AT_ONCE = 2_000_000
"""About so many bytes in a request."""


def samples(values: Sequence[float], times: Sequence[int]) -> bytes:
    """Samples in the protocol's form, at ``times`` in milliseconds; series may share them."""
    return b"".join(
        _field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(moment))
        for value, moment in zip(values, times, strict=True)
    )


def send(url: str, series: Iterable[tuple[Labels, bytes]]) -> None:
    """Sends each series with its samples."""
    headers = {
        "Content-Encoding": "snappy",
        "Content-Type": "application/x-protobuf",
        "X-Prometheus-Remote-Write-Version": "0.1.0",
    }
    with httpx.Client(timeout=300) as client:
        for body in _bodies(series):
            client.post(f"{url}/api/v1/write", content=body, headers=headers).raise_for_status()


def _bodies(series: Iterable[tuple[Labels, bytes]]) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    for labels, encoded in series:
        part = _field(1, b"".join(map(_label, labels)) + encoded)
        parts.append(part)
        size += len(part)
        if size > _AT_ONCE:
            yield _uncompressed(b"".join(parts))
            parts, size = [], 0
    if parts:
        yield _uncompressed(b"".join(parts))


def _label(label: tuple[str, str]) -> bytes:
    name, value = label
    return _field(1, _field(1, name.encode()) + _field(2, value.encode()))


def _uncompressed(body: bytes) -> bytes:
    """Snappy's format around one literal: nothing is gained by compressing for the same machine."""
    return _varint(len(body)) + b"\xfc" + struct.pack("<I", len(body) - 1) + body


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)
