"""What a signal function returns."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from litellm_monitoring.signals.asking.promql import Selector, is_rate, missing, parsed, selectors
from litellm_monitoring.signals.asking.units import check_unit
from litellm_monitoring.signals.catalogue.metrics import (
    CatalogueError,
    Family,
    MetricType,
    family_of,
)
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel
from litellm_monitoring.signals.catalogue.recording import TOOL, is_recorded, measured

LABEL = re.compile(r"{{(\w+)}}")
"""A label in a legend."""


@dataclass(frozen=True)
class Query:
    """A PromQL expression with what a panel needs to show its result.

    ``legend`` is a Grafana legend format (``{{label}}`` stands for a label's value) and
    ``unit`` a Grafana unit id, e.g. ``reqps`` for requests per second or ``s`` for seconds.
    ``labels`` are those of people's own that its series may have besides LiteLLM's.
    """

    expr: str
    legend: str
    unit: str
    labels: tuple[OwnLabel, ...] = field(default=(), compare=False)

    @property
    def told_apart_by(self) -> list[str]:
        """The labels that its legend names."""
        return LABEL.findall(self.legend)

    @property
    def needed(self) -> tuple[Family, ...]:
        """The families without which it shows nothing."""
        return _needed(self.expr)

    def check(self) -> None:
        """Raises CatalogueError where LiteLLM has no series for it, or its values are in another unit.

        Tests check each that they meet: what is right stays so, and who deploys need not wait for it.
        """
        tree = parsed(self.expr)
        for selector in selectors(tree):
            _check(selector, self.labels)
        check_unit(tree, self.unit)


_OF_THE_SCRAPE = frozenset({"job", "instance"})


@lru_cache(maxsize=4096)
def _needed(expr: str) -> tuple[Family, ...]:
    """Dashboards have panels in common, and so have the stacks of a fleet."""
    needed = [family_of(str(node.name)) for node in missing(parsed(expr), lambda _: False)]
    return tuple({family.name: family for family in needed}.values())


def _check(selector: Selector, own: tuple[OwnLabel, ...]) -> None:
    family, metric = family_of(selector.metric), selector.metric
    if family.type is MetricType.GAUGE and is_rate(selector.function):
        raise CatalogueError(f"{metric} is a gauge, which has no rate")
    of_bucket = {"le"} if measured(metric).endswith("_bucket") else set()
    made = {TOOL} if is_recorded(metric) else set()
    told = {label.name for label in own if label.is_told_by(family.name)}
    for label in sorted(selector.grouped - of_bucket - made - _OF_THE_SCRAPE - told):
        family.check_label(label)
