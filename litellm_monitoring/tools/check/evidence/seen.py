"""What has to be seen of a LiteLLM to say why a panel is empty."""

from collections.abc import Container, Sequence
from typing import Protocol

import promql_parser

from litellm_monitoring.signals.catalogue.metrics import families
from litellm_monitoring.tools.check.evidence.panels import TimeRange

OF_ONE_PROCESS = "python_info"
"""What Prometheus's client for Python exposes, but not where it adds up several processes."""

OF_ONE_OF_SEVERAL = "pid"
"""The label by which it tells their gauges apart."""


class Question(Protocol):
    """A query that somebody asks: a panel, or a rule. One that ``is_instant`` is asked for the end
    of its range alone.
    """

    @property
    def expression(self) -> str:
        """What is asked, in PromQL."""

    @property
    def range(self) -> TimeRange:
        """When it is asked for."""

    @property
    def is_instant(self) -> bool:
        """Whether one moment is asked for."""


class Evidence(Protocol):
    """Where the series of panels and rules come from."""

    @property
    def names(self) -> frozenset[str]:
        """The names of LiteLLM's series that the stack's selector leaves."""

    @property
    def elsewhere(self) -> frozenset[str]:
        """The names of those that there are whatever the selector."""

    @property
    def registered(self) -> frozenset[str] | None:
        """The names of the families that the proxies announce, also of those without a series;
        None where that cannot be seen.
        """

    @property
    def labels(self) -> frozenset[str]:
        """The labels of all of LiteLLM's series within the selector."""

    @property
    def several_workers(self) -> bool:
        """Whether any proxy has several workers, and so announces only what has a series."""

    @property
    def unscraped(self) -> Sequence[str]:
        """The targets that do not answer, and why."""

    def labels_of(self, name: str) -> frozenset[str]:
        """The labels that the series called ``name`` carry."""

    def values_of(self, name: str, label: str) -> frozenset[str]:
        """The values of ``label`` on the series called ``name``."""

    def values_where(self, selector: str, label: str) -> frozenset[str] | None:
        """The values of ``label`` on the series of ``selector``, whosever they are and whatever the
        stack's selector; None where only LiteLLM's are to be seen.
        """

    def names_with(self, label: str, value: str) -> frozenset[str]:
        """The names of LiteLLM's series, within the selector, of which one has that label."""

    def has(self, selector: promql_parser.VectorSelector) -> bool:
        """Whether there is any series for ``selector``."""

    def shows(self, query: Question) -> bool:
        """Whether a person sees anything; raises QueryError where it cannot be evaluated."""

    def value(self, total: str, minutes_ago: int = 0) -> float:
        """What the sum ``total`` is, or was; 0 where there is nothing to add up."""

    def most_samples_in_window(self, query: Question, selector: str, window: str) -> int | None:
        """How many samples of ``selector`` a window holds at most; None where that is unknown."""


def announced_names(announced: Container[str]) -> frozenset[str]:
    """The names of LiteLLM's families, former ones too, among those ``announced``. In the
    OpenMetrics format, and by its parser, counters are announced without their ending.
    """
    return frozenset(
        name
        for family in families().values()
        for name in family.names
        if name in announced or name.removesuffix("_total") in announced
    )
