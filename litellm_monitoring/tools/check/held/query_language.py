"""Which language a query is in, as far as a file tells."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

_LOGQL = re.compile(
    r"\}\s*(?:\|[=~]|!=\s*[\"`]|!~\s*[\"`]|\|\s*(?:json|logfmt|pattern|regexp|unpack|unwrap|decolorize"
    r"|line_format|label_format|drop|keep|\w+\s*[=!<>]))"
)
"""What follows a selector in Loki's language and nowhere else."""

_PROMETHEUS = ("prometheus", "victoriametrics-metrics")
_ANY = frozenset({"", "datasource", "mixed"})
"""Types that say nothing: several data sources, or what another panel shows."""
_OF_GRAFANA = frozenset({"__expr__", "-100", "grafana", "-- Grafana --", "-- Dashboard --"})
_OF_SCHEMA_V2 = ("DataQuery", "group")


class SourceKind(StrEnum):
    """What a data source is."""

    PROMETHEUS = "prometheus"
    OTHER = "other"
    UNKNOWN = "unknown"


def is_logql(expression: str) -> bool:
    """Whether it is a query for Loki."""
    return _LOGQL.search(expression) is not None


def source_kind(node: Mapping[Any, Any], around: SourceKind) -> SourceKind:
    """What kind of data source ``node`` names, or else has from ``around`` it."""
    source = node.get("datasource")
    if isinstance(source, dict):
        named = [source.get("type"), source.get("uid"), source.get("name")]
    else:
        named = [source, node.get("datasourceUid"), node.get("datasource_uid")]
    if any(each in _OF_GRAFANA for each in named if isinstance(each, str)):
        return SourceKind.OTHER
    kind = source.get("type") if isinstance(source, dict) else _of_schema_v2(node)
    if not isinstance(kind, str) or kind in _ANY or "$" in kind:
        return around if not _is_mixed(named) else SourceKind.UNKNOWN
    if any(each in kind.lower() for each in _PROMETHEUS):
        return SourceKind.PROMETHEUS
    return SourceKind.OTHER


def _is_mixed(named: list[Any]) -> bool:
    return "-- Mixed --" in named or "mixed" in named


def _of_schema_v2(node: Mapping[Any, Any]) -> Any:
    """``kind: prometheus`` of a query, or ``kind: DataQuery`` with ``group: prometheus``."""
    if "spec" not in node:
        return None
    return node.get("group") if node.get("kind") in _OF_SCHEMA_V2 else node.get("kind")
