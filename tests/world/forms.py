"""A world's series in the forms in which servers take them: remote write, and promtool's text."""

import struct
from collections.abc import Iterable, Iterator

from bench.remote_write import send
from tests.world.simulated.pages import Labels
from tests.world.simulated.scrapes import STALE, Run, Series

_MARKER = bytes.fromhex("020000000000f07f")
"""The NaN that marks a series as gone, in little-endian order."""

_SAMPLE = b"\x12\x10\x09"
"""What a sample of a value and of a moment in milliseconds begins with, in remote write's form."""


def sent(url: str, series: Iterable[Series], epoch: int) -> None:
    """Sends ``series`` to the server at ``url``."""
    moments: dict[int, list[bytes]] = {}

    def encoded() -> Iterator[tuple[Labels, bytes]]:
        for each in series:
            at = moments.setdefault(id(each.times), [_moment(epoch + time) for time in each.times])
            yield each.labels, b"".join(_run(run, at) for run in each.runs)

    send(url, encoded())


def promtool_series(series: Iterable[Series], every: int) -> list[dict[str, str]]:
    """``series`` as input of promtool's tests: at each multiple of ``every`` what was scraped last in
    the interval before.
    """
    return [{"series": _text(each.labels), "values": _values(each, every)} for each in series]


def _run(run: Run, moments: list[bytes]) -> bytes:
    value = _MARKER if run.value is STALE else struct.pack("<d", run.value)
    begin = _SAMPLE + value + b"\x10"
    return begin + begin.join(moments[run.first : run.last])


def _moment(time: float) -> bytes:
    number, found = round(1000 * time), bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    assert len(found) == 6, "of the years from 2004 to 2109"
    return bytes(found)


def _text(labels: Labels) -> str:
    name = dict(labels)["__name__"]
    rest = ", ".join(f"{label}={_quoted(value)}" for label, value in labels if label != "__name__")
    return f"{name}{{{rest}}}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _values(series: Series, every: int) -> str:
    parts, position = [], 0
    for run in series.runs:
        times = series.times[run.first : run.last]
        first, last = -int(-times[0] // every), -int(-times[-1] // every) + 1
        first = max(first, position)
        if first >= last:
            continue
        if first > position:
            parts.append(f"_x{first - position}")
        if run.value is STALE:
            parts.append("stale")
            last = first + 1
        else:
            parts.append(f"{run.value!r}x{last - first - 1}")
        position = last
    return " ".join(parts)
