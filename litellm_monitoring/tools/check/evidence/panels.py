"""The queries of a dashboard as Grafana sends them when it opens: variables and times filled in."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from promql_parser import parse_duration

from litellm_monitoring.signals.asking.promql import seconds

_VARIABLE = re.compile(r"\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)(?:[:.][^}]*)?\}")
"""``$name``, ``[[name]]`` and ``${name}``, the latter two also with a format."""

_STEP_OF_TIME = re.compile(r"([+-])(\d+)([smhdwMQy])|/([smhdwMQy])")
_MONTHS = {"M": 30, "Q": 91}
_POINTS = 1000
"""About as many points as Grafana asks for: one for each pixel of a wide panel."""
_SCRAPES_IN_A_RATE = 4
_ANYTHING = ".*"


@dataclass(frozen=True)
class TimeRange:
    """What a dashboard shows when it opens: Unix seconds, and seconds from point to point."""

    start: int
    end: int
    step: int

    @classmethod
    def of(
        cls, model: Mapping[str, Any], now: datetime, scrape_interval: str, panel_from: str = ""
    ) -> "TimeRange":
        """That of a dashboard's ``model``, whose data source is scraped at that interval, or of a
        panel of it whose own time range is from ``panel_from`` until now.
        """
        opened = {"from": panel_from, "to": "now"} if panel_from else model["time"]
        start, end = (
            int(_moment(opened[key], now, rounds_up=key == "to").timestamp())
            for key in ("from", "to")
        )
        shortest = seconds(scrape_interval)
        return cls(start, end, max(shortest, math.ceil((end - start) / _POINTS / 5) * 5))

    def at_least_each(self, interval: str) -> "TimeRange":
        """The same with no more points than one each ``interval``, a duration or nothing."""
        return replace(self, step=max(self.step, seconds(interval))) if interval else self


@dataclass(frozen=True)
class PanelQuery:
    """One query of a panel; ``ref`` tells the queries of a panel apart, ``A`` the first. One that
    ``is_instant`` is asked for the end of its range alone.
    """

    dashboard: str
    panel: str
    ref: str
    expression: str
    range: TimeRange
    is_instant: bool = False


def queries_of(
    model: Mapping[str, Any], now: datetime, scrape_interval: str
) -> Iterator[PanelQuery]:
    """The queries of all panels of a dashboard's ``model``, those in collapsed rows included."""
    chosen = _chosen(model)
    for panel in _panels(model.get("panels", ())):
        opened = TimeRange.of(model, now, scrape_interval, panel.get("timeFrom") or "")
        for target in panel.get("targets", ()):
            times = opened.at_least_each(filled_in(target.get("interval", ""), chosen))
            values = {**_times(times, seconds(scrape_interval)), **chosen}
            yield PanelQuery(
                dashboard=model["title"],
                panel=panel.get("title", ""),
                ref=target["refId"],
                expression=filled_in(target["expr"], values),
                range=times,
                is_instant=target.get("instant", False) and not target.get("range", False),
            )


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """``text`` with the value of each of Grafana's variables that has one."""
    return _VARIABLE.sub(
        lambda found: values.get(next(filter(None, found.groups())), found[0]), text
    )


def _panels(panels: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for panel in panels:
        yield panel
        yield from _panels(panel.get("panels", ()))


def _times(times: TimeRange, scrape_seconds: int) -> dict[str, str]:
    """Grafana's durations
    (https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/).
    """
    rate = max(times.step + scrape_seconds, _SCRAPES_IN_A_RATE * scrape_seconds)
    length = times.end - times.start
    return {
        "__interval": f"{times.step}s",
        "__interval_ms": f"{times.step * 1000}",
        "__rate_interval": f"{rate}s",
        "__range": f"{length}s",
        "__range_s": f"{length}",
        "__range_ms": f"{length * 1000}",
        "__from": f"{times.start * 1000}",
        "__to": f"{times.end * 1000}",
    }


def _chosen(model: Mapping[str, Any]) -> dict[str, str]:
    """What each variable stands for before anybody chooses something else."""
    return {
        variable["name"]: _value(variable)
        for variable in model.get("templating", {}).get("list", ())
        if variable["type"] != "datasource"
    }


def _value(variable: Mapping[str, Any]) -> str:
    value = variable.get("current", {}).get("value", "")
    values = value if isinstance(value, list) else [value]
    if "$__all" in values:
        return variable.get("allValue") or _ANYTHING
    if variable.get("multi"):
        return "|".join(re.escape(each) for each in values) or _ANYTHING
    return str(values[0] if values else "")


def _moment(expression: str, now: datetime, *, rounds_up: bool) -> datetime:
    """The moment that a Grafana time such as ``now-1d/d`` means."""
    moment = now
    for sign, count, unit, rounded in _STEP_OF_TIME.findall(expression):
        if rounded:
            moment = _floor(moment, rounded)
            if rounds_up:
                moment += _length(1, rounded) - timedelta(seconds=1)
        else:
            moment += _length(int(f"{sign}{count}"), unit)
    return moment


def _length(count: int, unit: str) -> timedelta:
    if unit in _MONTHS:
        return timedelta(days=count * _MONTHS[unit])
    length: timedelta = parse_duration(f"1{unit}")
    return count * length


def _floor(moment: datetime, unit: str) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "s": moment.replace(microsecond=0),
        "m": moment.replace(second=0, microsecond=0),
        "h": moment.replace(minute=0, second=0, microsecond=0),
        "d": day,
        "w": day - timedelta(days=day.weekday()),
        "M": day.replace(day=1),
        "Q": day.replace(day=1, month=day.month - (day.month - 1) % 3),
        "y": day.replace(day=1, month=1),
    }[unit]
