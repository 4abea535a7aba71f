"""The queries in anybody's files: dashboards, rules, and what holds either."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from litellm_monitoring.tools.check.documents import FileError, decoded, documents_of
from litellm_monitoring.tools.check.held.query_language import SourceKind, is_logql, source_kind

_MOST_NODES = 2_000_000
"""YAML's aliases can make a short file endless."""

_NOT_ASKED = frozenset(
    {"adhoc", "constant", "custom", "datasource", "groupby", "interval", "switch", "textbox"}
)
"""Types of variables whose ``query`` is none."""

_KEYS = ("expr", "expression", "query")
_OF_TERRAFORM = frozenset({"config_json", "model"})
"""What Terraform's provider for Grafana takes as JSON in a string."""


class Kind(StrEnum):
    """What an expression is for: a variable's query is no PromQL, but has some in it."""

    QUERY = "query"
    VARIABLE = "variable"


@dataclass(frozen=True)
class Place:
    """Where something is: ``group`` is a dashboard or a group of rules, ``title`` a panel, an alert,
    a recorded series or a variable.
    """

    file: str
    group: str = ""
    title: str = ""


@dataclass(frozen=True)
class FileQuery:
    """A query in a file. ``legend`` is the template of its series' names, if that is drawn.
    ``is_certain`` where nothing but PromQL can be meant.
    """

    place: Place
    expression: str
    kind: Kind = Kind.QUERY
    legend: str = ""
    is_certain: bool = True


@dataclass
class FileContent:
    """What was found in a file; ``recorded`` are the names that its rules record, and ``unread``
    says what could not be read, and why. ``is_known`` where it holds a dashboard or rules.
    """

    queries: list[FileQuery] = field(default_factory=list)
    recorded: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    is_known: bool = False


def content_of(path: Path) -> FileContent:
    """The queries in a file.

    Raises:
        FileError: where it cannot be read or has no query.

    """
    walk = _Walk(FileContent())
    try:
        for document in documents_of(path):
            walk.through(document, _Context(Place(str(path))))
    except RecursionError:
        raise FileError(f"{path}: is nested too deeply") from None
    content = walk.content
    if not (content.is_known or content.queries or content.unread):
        raise FileError(
            f"{path}: has no query; supported are Grafana dashboards and alert rules, Prometheus "
            "and Mimir rules, either as a resource of a Kubernetes operator, and Terraform JSON"
        )
    return content


@dataclass(frozen=True)
class _Context:
    """What the objects around one say of it."""

    place: Place
    source: SourceKind = SourceKind.UNKNOWN
    is_variable: bool = False
    is_row: bool = False

    def titled(self, title: object) -> "_Context":
        return replace(self, place=replace(self.place, title=_text(title)))

    def grouped(self, group: object) -> "_Context":
        return replace(self, place=replace(self.place, group=_text(group), title=""))


class _Walk:
    def __init__(self, content: FileContent) -> None:
        self.content = content
        self._nodes = 0

    def through(self, node: Any, context: _Context) -> None:
        """Takes every query below ``node``."""
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise FileError(f"{context.place.file}: is too large")
        if isinstance(node, list):
            for each in node:
                self.through(each, context)
        elif isinstance(node, dict):
            self._object(node, context)

    def _object(self, node: Mapping[Any, Any], context: _Context) -> None:
        context = _within(node, context)
        self.content.is_known |= any(is_it(node) for _, is_it in _GROUPS)
        if isinstance(node.get("record"), str) and "expr" in node:
            self.content.recorded.add(node["record"])
        for key in _KEYS:
            if isinstance(node.get(key), str):
                self._take(key, node, context)
        for key, value in _worth_reading(node):
            if not isinstance(value, str):
                self.through(value, _below(key, context))
            elif key not in _KEYS:
                self._text(key, value, context)

    def _take(self, key: str, node: Mapping[Any, Any], context: _Context) -> None:
        expression = node[key]
        if key == "query" and _text(node.get("type")) in _NOT_ASKED:
            return
        if context.source is SourceKind.OTHER or is_logql(expression) or not expression.strip():
            return
        kind = Kind.VARIABLE if context.is_variable and key == "query" else Kind.QUERY
        drawn = node.get("format") != "table"
        query = FileQuery(
            place=context.place,
            expression=expression,
            kind=kind,
            legend=_text(node.get("legendFormat")) if drawn else "",
            is_certain=key == "expr" or context.source is SourceKind.PROMETHEUS,
        )
        if query not in self.content.queries[-1:]:
            self.content.queries.append(query)

    def _text(self, key: object, value: str, context: _Context) -> None:
        """A string may be JSON, or be made by Terraform of what is elsewhere."""
        inner = decoded(value)
        if inner is not None:
            self.through(inner, context)
        elif key in _OF_TERRAFORM and "${" in value:
            where = " › ".join(filter(None, (context.place.group, context.place.title)))
            self.content.unread.append(
                f"{context.place.file}: {key}{f' of {where}' if where else ''} is computed by "
                "Terraform; check the output of `terraform show -json` instead"
            )


def _worth_reading(node: Mapping[Any, Any]) -> Sequence[tuple[Any, Any]]:
    """A plan holds everything twice: as it is, and as it is to be."""
    if "planned_values" in node:
        return [("planned_values", node["planned_values"])]
    return list(node.items())


def _within(node: Mapping[Any, Any], context: _Context) -> _Context:
    """What ``node`` says of itself and of all below it."""
    if "datasource" in node or "datasourceUid" in node or "datasource_uid" in node:
        context = replace(context, source=source_kind(node, context.source))
    if "query" in node and isinstance(node["query"], dict):
        # Schema v2 has the kind of data source beside its query.
        context = replace(context, source=source_kind(node["query"], context.source))
    if context.is_row:
        return context
    for name, is_it in _GROUPS:
        if is_it(node):
            return context.grouped(node.get(name))
    for key in ("alert", "record"):
        if isinstance(node.get(key), str):
            return context.titled(node[key])
    if _is_annotation(node):
        return context.titled(f"annotation {node['name']}")
    if context.is_variable:
        called = node.get("name")
        return context.titled(f"variable {called}") if isinstance(called, str) else context
    if isinstance(node.get("title"), str) and node["title"]:
        return context.titled(node["title"])
    if "name" in node and isinstance(node.get("data"), list):
        return context.titled(node["name"])
    return context


def _below(key: object, context: _Context) -> _Context:
    """What the key that an object is under says of it; a dashboard's rows used to hold its panels."""
    return replace(
        context,
        is_variable=context.is_variable or key in ("templating", "variables"),
        is_row=key == "rows",
    )


def _is_annotation(node: Mapping[Any, Any]) -> bool:
    return isinstance(node.get("name"), str) and (
        "iconColor" in node or ("enable" in node and ("expr" in node or "query" in node))
    )


def _is_dashboard(node: Mapping[Any, Any]) -> bool:
    panels = node.get("panels"), node.get("rows"), node.get("elements")
    return ("type" not in node and any(isinstance(each, list | dict) for each in panels)) or (
        "templating" in node and "title" in node
    )


def _is_rule_group(node: Mapping[Any, Any]) -> bool:
    return isinstance(node.get("rules"), list) or (
        isinstance(node.get("rule"), list) and "name" in node
    )


_GROUPS = (("title", _is_dashboard), ("name", _is_rule_group))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
