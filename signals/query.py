"""What a signal function returns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Query:
    """A PromQL expression with what a panel needs to show its result.

    ``legend`` is a Grafana legend format (``{{label}}`` stands for a label's value) and
    ``unit`` a Grafana unit id, e.g. ``reqps`` for requests per second or ``s`` for seconds.
    """

    expr: str
    legend: str
    unit: str
