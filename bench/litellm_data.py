"""The series of a LiteLLM with so many keys, and what rules would have recorded of them.

Names, labels and buckets are the catalogue's; each key asks one model group of its team, which is
the least that a key does. Values are made up: what a query costs does not depend on them.
"""

from collections.abc import Iterator, Mapping

from litellm_monitoring.signals.catalogue.metrics import Family, MetricType, families
from litellm_monitoring.signals.catalogue.recording import (
    STACK_LABEL,
    Recording,
    RuleGroup,
    close_name,
)
from litellm_monitoring.signals.recording_rules import CLOSE_GAUGES

Labels = tuple[tuple[str, str], ...]

TEAMS, GROUPS_OF_A_TEAM = 10, 3
_PROXY = {"job": "litellm", "instance": "litellm-0:4000"}
_FEW = {
    "api_provider": "openai",
    "route": "/v1/chat/completions",
    "status_code": "200",
    "exception_class": "Openai.RateLimitError",
    "exception_status": "429",
    "service_tier": "None",
    "rate_limit_type": "requests",
    "api_base": "https://api.openai.com",
    "client_ip": "None",
    "user_agent": "None",
    "end_user": "None",
}
"""Labels that have one value here; what is not named is of the key, its team or its model."""


def raw_series(keys: int) -> dict[Labels, bool]:
    """Every series by its labels, its name among them, and whether it counts."""
    found: dict[Labels, bool] = {}
    for key in range(keys):
        known = _known(key)
        for family in families().values():
            labels = {label: known.get(label, _FEW.get(label, "x")) for label in family.labels}
            for name, more in _parts(family):
                found[_labels(name, {**_PROXY, **labels, **more})] = (
                    family.type is not MetricType.GAUGE
                )
    for name in ("up", "scrape_duration_seconds", "scrape_samples_scraped"):
        found[_labels(name, _PROXY)] = False
    return found


def recorded_series(raw: Mapping[Labels, bool], recording: Recording) -> set[Labels]:
    """What the rules of ``recording`` make of ``raw``."""
    by_name: dict[str, list[dict[str, str]]] = {}
    for labels in raw:
        series = dict(labels)
        by_name.setdefault(series["__name__"], []).append(series)
    stack = {STACK_LABEL: recording.stack}
    found = {
        _labels(
            recording.name(form),
            {label: series[label] for label in (*recording.kept, *form.labels)} | stack,
        )
        for form in recording.forms
        for series in by_name.get(form.series, ())
    }
    if RuleGroup.LIMITS in recording.groups:
        found |= {_labels(close_name(gauge), {**_PROXY, **stack}) for gauge in CLOSE_GAUGES}
    return found


def _known(key: int) -> dict[str, str]:
    team = key % TEAMS
    group = f"model-{(team + key // TEAMS % GROUPS_OF_A_TEAM) % 5}"
    return {
        "api_key_alias": f"key-{key}",
        "hashed_api_key": f"{key:064x}",
        "user": f"user-{key}",
        "user_email": f"user-{key}@example.com",
        "team": f"team-id-{team}",
        "team_alias": f"team-{team}",
        "org_id": "org",
        "org_alias": "org",
        "requested_model": group,
        "model_group": group,
        "model": group,
        "litellm_model_name": group,
        "model_id": f"{group}-0",
    }


def _parts(family: Family) -> Iterator[tuple[str, dict[str, str]]]:
    if family.type is not MetricType.HISTOGRAM:
        yield family.name, {}
        return
    for bound in (*map(str, family.buckets), "+Inf"):
        yield f"{family.name}_bucket", {"le": bound}
    yield f"{family.name}_sum", {}
    yield f"{family.name}_count", {}


def _labels(name: str, labels: Mapping[str, str]) -> Labels:
    return tuple(sorted({"__name__": name, **labels}.items()))
