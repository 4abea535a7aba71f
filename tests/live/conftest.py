"""What the tests run against: real servers, on 127.0.0.1."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.live.servers import Prometheus, needed, prometheus_holding


@pytest.fixture(scope="session", autouse=True)
def what_has_to_be_installed() -> None:
    needed("prometheus", "promtool", "redis-server")


@pytest.fixture(scope="module")
def prometheus_with(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Prometheus]]:
    """Starts a Prometheus that holds samples given as OpenMetrics text."""
    with ExitStack() as servers:

        def start(samples: str) -> Prometheus:
            root = tmp_path_factory.mktemp("prometheus")
            return servers.enter_context(prometheus_holding(root, samples))

        yield start
