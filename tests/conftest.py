"""What all tests have in common."""

import pytest

from signals import query


@pytest.fixture(autouse=True, scope="session")
def checked_queries() -> None:
    """Every query that a test comes across is checked against the catalogue."""

    checked = set[tuple[str, str]]()
    construct = query.Query.__init__

    def constructed(made: query.Query, expr: str, legend: str, unit: str) -> None:
        construct(made, expr, legend, unit)
        if (expr, unit) not in checked:
            made.check()
            checked.add((expr, unit))

    query.Query.__init__ = constructed  # type: ignore[assignment,method-assign]
