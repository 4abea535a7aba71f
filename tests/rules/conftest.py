"""What the tests of rules need."""

import pytest

from tests.live.servers import needed


@pytest.fixture(scope="session", autouse=True)
def what_has_to_be_installed() -> None:
    needed("promtool")
