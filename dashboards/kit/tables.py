"""Tables: a row for each key, team or deployment, and a column for each thing asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

from grafana_foundation_sdk.builders import common as common_builder
from grafana_foundation_sdk.builders import table as tables
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from litellm_monitoring.dashboards.kit import links, units
from litellm_monitoring.dashboards.kit.finishing import (
    FULL_WIDTH,
    Limits,
    Style,
    finished,
    ref_id,
    targets,
    without_value,
)
from litellm_monitoring.signals import Choice, Query


@dataclass(frozen=True)
class Column:
    """A number of each row, headed ``title``, with so many ``decimals`` if not as many as it takes;
    as a ``bar`` of which a full one is 1; ``in_days``, of which more than a year is not counted.
    """

    title: str
    query: Query
    limits: Limits | None = None
    bar: bool = False
    decimals: int | None = None
    in_days: bool = False


@dataclass(frozen=True)
class Drill:
    """A link of each row: to the dashboard ``to`` with the row's own value chosen."""

    to: str
    choice: Choice


def table(
    title: str,
    rows: Mapping[str, str],
    *columns: Column,
    shows: str,
    drill: Drill | None = None,
    hidden: Sequence[str] = (),
    **style: Unpack[Style],
) -> dashboard.Panel:
    """``rows`` are the labels that make a row, with what heads each of them, but for those that are
    ``hidden``; rows are sorted by the first of ``columns``, the largest first.
    """
    queries = [column.query for column in columns]
    panel = (
        tables.Panel()
        .show_header(True)
        .cell_height(common.TableCellHeight.SM)
        .filterable(True)
        .sort_by([common_builder.TableSortByFieldState().display_name(columns[0].title).desc(True)])
        .transformations(_transformations(rows, columns, hidden))
        .targets(targets(queries, instant=True, form=PromQueryFormat.TABLE))
    )
    for column in columns:
        panel.override_by_name(column.title, _properties(column))
    for label, heading in rows.items():
        if (word := without_value(label, queries)) or label in _IDS:
            panel.override_by_name(heading, [_as_people_read(label, word)])
    if drill:
        link = links.details_of_row(drill.to, drill.choice)
        panel.override_by_name(next(iter(rows.values())), [link])
    made = finished(panel, title, queries, shows, None, {"width": FULL_WIDTH, **style})
    assert made.field_config
    # Where one query alone has an answer, Grafana calls its column otherwise: it gets no unit then,
    # rather than another column's.
    made.field_config.defaults.unit = "short"
    return made


def _transformations(
    rows: Mapping[str, str], columns: Sequence[Column], hidden: Sequence[str]
) -> list[dashboard.DataTransformerConfig]:
    """One row of all that is known of the same labels, its fields in order and with headings."""
    values = ["Value"]
    if len(columns) > 1:
        values = [f"Value #{ref_id(position)}" for position in range(len(columns))]
    names = [*rows, *values]
    headings = [*rows.values(), *(column.title for column in columns)]
    organized = {
        "excludeByName": dict.fromkeys(["Time", *hidden], True),
        "includeByName": {},
        "indexByName": {name: index for index, name in enumerate(names)},
        "renameByName": dict(zip(names, headings, strict=True)),
    }
    return [
        dashboard.DataTransformerConfig(id_val="merge", options={}),
        dashboard.DataTransformerConfig(id_val="organize", options=organized),
    ]


_NONE = "–"
"""What a cell without a value says; the panel's own words are for a table without rows."""

_IDS = frozenset({"model_id"})


def _as_people_read(label: str, word: str | None) -> dashboard.DynamicConfigValue:
    """A ``word`` for what has no value, and the beginning of an id that LiteLLM has made."""
    if label in _IDS:
        mapping: dict[str, object] = {
            "type": "regex",
            "options": {
                "pattern": "([0-9a-f]{8})[0-9a-f]{56}",
                "result": {"index": 0, "text": "$1"},
            },
        }
    else:
        mapping = {
            "type": "regex",
            "options": {
                "pattern": "^(None)?$",
                "result": {"index": 0, "text": word},
            },
        }
    return dashboard.DynamicConfigValue(id_val="mappings", value=[mapping])


def _properties(column: Column) -> list[dashboard.DynamicConfigValue]:
    cell: dict[str, object] = {"type": "auto"}
    if column.bar:
        cell = {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"}
    elif column.limits:
        cell = {"type": "color-text"}
    is_count = column.query.unit == "short" and column.decimals == 0
    found: dict[str, object] = {
        "unit": units.WHOLE if is_count else units.shown(column.query.unit),
        "custom.cellOptions": cell,
        "noValue": _NONE,
    }
    if column.bar:
        found |= {"min": 0, "max": 1}
    if column.in_days:
        found |= {"mappings": [units.A_YEAR]}
    if column.decimals is not None:
        found |= {"decimals": column.decimals}
    if column.limits:
        found |= {"thresholds": column.limits.thresholds(), "color": {"mode": "thresholds"}}
    return [dashboard.DynamicConfigValue(id_val=key, value=value) for key, value in found.items()]
