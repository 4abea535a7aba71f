"""What all tests have in common."""

import pytest

from litellm_monitoring.signals.asking import query
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel


@pytest.fixture(autouse=True, scope="session")
def checked_queries() -> None:
    """Every query that a test comes across is checked against the catalogue, and the labels of people's
    own that it says it may have.
    """

    checked = set[tuple[str, str, tuple[OwnLabel, ...]]]()
    construct = query.Query.__init__

    def constructed(
        made: query.Query, expr: str, legend: str, unit: str, labels: tuple[OwnLabel, ...] = ()
    ) -> None:
        construct(made, expr, legend, unit, labels)
        if (expr, unit, labels) not in checked:
            made.check()
            checked.add((expr, unit, labels))

    query.Query.__init__ = constructed  # type: ignore[assignment,method-assign]
