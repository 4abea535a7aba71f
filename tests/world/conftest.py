"""The servers that worlds are told to, and what is in them."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.live.kinds import OLDEST, SERVERS, Kind
from tests.live.servers import Prometheus, needed, prometheus

_KEEPS_OLD_SAMPLES = (
    "--web.enable-remote-write-receiver",
    "--storage.tsdb.min-block-duration=400h",
    "--storage.tsdb.max-block-duration=400h",
)


@pytest.fixture(scope="session", autouse=True)
def what_has_to_be_installed() -> None:
    needed("prometheus")
    if not all(shutil.which(kind.command) for kind in {OLDEST, *SERVERS}):
        pytest.fail("not built; run: make test-world")


class Servers:
    """Starts servers, which run until the tests are over."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self._directory = directory
        self._stack = stack
        self._started = 0

    def start(self, kind: Kind) -> Prometheus:
        """A new and empty server."""
        self._started += 1
        directory = self._directory / str(self._started)
        directory.mkdir()
        return self._stack.enter_context(
            prometheus(directory, "{}", *_KEEPS_OLD_SAMPLES, kind=kind)
        )


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("servers"), stack)


Value = dict[str, float]
"""What a query returns, by the labels of each series as text."""


def by_labels(found: list[Any], total: Any) -> Value:
    """The series that a query has found, each with its ``total``."""
    values = {
        json.dumps({k: v for k, v in each["metric"].items() if k != "__name__"}, sort_keys=True): (
            total(each)
        )
        for each in found
    }
    return {labels: value for labels, value in values.items() if value == value}
