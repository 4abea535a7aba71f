"""Who reads which of LiteLLM's families and labels: panels, variables, annotations and rules."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from litellm_monitoring.infra.declaration.stack import Declaration
from litellm_monitoring.signals.asking.exposition import readings
from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import Family, is_litellms
from litellm_monitoring.tools.changes.panels import panels
from litellm_monitoring.tools.check.variable_queries import LABEL_VALUES, QUERY_RESULT

_QUERY = "query"


class Kind(StrEnum):
    """What reads, as a person counts it."""

    PANEL = "panel"
    VARIABLE = "variable"
    ANNOTATION = "annotation"
    ALERT = "alert"
    RECORDING_RULE = "recording rule"


class Place(NamedTuple):
    """Where a query stands: in a dashboard, or in a group of rules."""

    kind: Kind
    where: str
    name: str


@dataclass
class Uses:
    """What is read of one family, and where; ``labels`` by label, ``implied`` those without which
    it would mean something else, ``others`` those that are not in the catalogue.

    What is ``only_to_leave_out`` tells health checks apart there, and nothing else.
    """

    family: Family
    places: set[Place] = field(default_factory=set)
    labels: dict[str, set[Place]] = field(default_factory=dict)
    implied: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    only_to_leave_out: dict[str, set[Place]] = field(default_factory=dict)

    @property
    def has_panels(self) -> bool:
        """Whether a panel reads it."""
        return any(place.kind is Kind.PANEL for place in self.places)


def uses_of(declarations: Iterable[Declaration]) -> dict[str, Uses]:
    """What the stacks that make ``declarations`` read, by the name of the family."""
    found: dict[str, Uses] = {}
    for place, expression in _expressions(declarations):
        for reading in readings(expression):
            uses = found.setdefault(reading.family.name, Uses(reading.family))
            uses.places.add(place)
            uses.implied |= reading.implied
            uses.others |= reading.others
            for label in reading.labels:
                uses.labels.setdefault(label, set()).add(place)
            for label in reading.only_to_leave_out:
                uses.only_to_leave_out.setdefault(label, set()).add(place)
    for uses in found.values():
        for label in uses.labels.keys() | uses.implied:
            uses.only_to_leave_out.pop(label, None)
    return found


def _expressions(declarations: Iterable[Declaration]) -> Iterator[tuple[Place, str]]:
    for declaration in declarations:
        for dashboard in declaration.dashboards.values():
            yield from _of_dashboard(json.loads(dashboard.config_json))
        for group in declaration.alerting.prometheus:
            for rule in group["rules"]:
                kind = Kind.RECORDING_RULE if "record" in rule else Kind.ALERT
                name = rule.get("record") or rule["alert"]
                yield Place(kind, group["name"], name), rule["expr"]
        for grafana_group in declaration.alerting.grafana:
            for each in grafana_group.rules:
                kind = Kind.RECORDING_RULE if each.record else Kind.ALERT
                for query in each.queries:
                    if expression := query.model.get("expr"):
                        yield Place(kind, grafana_group.name, each.title), str(expression)


def _of_dashboard(model: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    title = model["title"]
    for panel in panels(model):
        for target in panel.get("targets", ()):
            if expression := target.get("expr"):
                yield Place(Kind.PANEL, title, panel.get("title", "")), expression
    for variable in model.get("templating", {}).get("list", ()):
        if variable["type"] == _QUERY:
            place = Place(Kind.VARIABLE, title, variable.get("label") or variable["name"])
            for expression in _of_variable(variable["query"]):
                yield place, expression
    for annotation in model.get("annotations", {}).get("list", ()):
        if expression := annotation.get("expr"):
            yield Place(Kind.ANNOTATION, title, annotation["name"]), expression


def _of_variable(query: str | Mapping[str, str]) -> Iterator[str]:
    """What a variable reads, as queries that read the same."""
    text = query if isinstance(query, str) else query[_QUERY]
    if result := QUERY_RESULT.fullmatch(text):
        yield result[1]
        return
    found = LABEL_VALUES.fullmatch(text)
    if not found:
        yield text
        return
    (selector,) = selectors(parsed(found[1]))
    for name in _names(selector.node):
        matchers = [each for each in selector.node.matchers.matchers if each.name != "__name__"]
        if is_litellms(name):
            labels = ", ".join([found[2], *(each.name for each in matchers)])
            yield f"sum by ({labels}) ({name})"


def _names(node: Any) -> Iterator[str]:
    if node.name:
        yield str(node.name)
    for matcher in node.matchers.matchers:
        if matcher.name == "__name__":
            yield from matcher.value.split("|")
