"""The kinds of value that alerts' settings are made of besides those of :mod:`litellm_monitoring.infra.settings.kinds.fields`."""

import difflib
import math
import re
import zoneinfo
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from litellm_monitoring.alerts import CATALOGUE
from litellm_monitoring.infra.settings.kinds.durations import whole_seconds
from litellm_monitoring.infra.settings.kinds.fields import is_email
from litellm_monitoring.infra.settings.kinds.written import Written

_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def not_empty(values: tuple[str, ...]) -> tuple[str, ...]:
    """``values``, if there are any; raises ValueError if not."""
    if not values:
        raise ValueError("must not be empty")
    return values


def _email(value: str) -> str:
    if not is_email(value):
        raise ValueError("not an email address; write it like team@example.com")
    return value


def _alert_duration(value: str) -> str:
    # The provider makes 1.5s of 1500ms, which Grafana takes for bad data.
    return value if value == "0s" else whole_seconds(value)


def _alert_name(value: str) -> str:
    if value not in CATALOGUE:
        close = difflib.get_close_matches(value, CATALOGUE, n=1)
        advice = f"did you mean {close[0]}?" if close else "docs/alerts.md lists all names"
        raise ValueError(f"not an alert; {advice}")
    return value


def _dollars(value: float) -> float:
    if not 0 < value < math.inf:
        raise ValueError("must be more than 0")
    return value


def _weekdays(value: str) -> str:
    first, _, last = value.partition(":")
    days = [_WEEKDAYS.index(day) for day in (first, last or first) if day in _WEEKDAYS]
    if len(days) != 2 or days[0] > days[1]:
        raise ValueError("not days of a week; write them like saturday or monday:friday")
    return value


def _time_of_day(value: str) -> str:
    if not _TIME_OF_DAY.fullmatch(value):
        raise ValueError("not a time of day; write it like 08:30, at most 24:00")
    return value


def _as_off(value: object) -> object:
    """``off`` as it was written, which some of YAML's readers take for false."""
    return "off" if value in (False, "false") else value


def _location(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        raise ValueError("not a time zone; use an IANA name like UTC or Europe/Berlin")
    return value


Email = Annotated[Written, AfterValidator(_email)]
AlertDuration = Annotated[Written, AfterValidator(_alert_duration)]
AlertName = Annotated[Written, AfterValidator(_alert_name)]
Dollars = Annotated[float, AfterValidator(_dollars)]
Weekdays = Annotated[Written, AfterValidator(_weekdays)]
TimeOfDay = Annotated[Written, AfterValidator(_time_of_day)]
MayBeOff = BeforeValidator(_as_off)
Location = Annotated[Written, AfterValidator(_location)]
