"""Rules, contact points and mute timings in both of their forms: the Grafana provider's properties, and
Grafana's provisioning files. What a person adds to a file that is known to neither is kept by its name.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.embedded.files import in_strings, literal, secret_reference, text
from litellm_monitoring.embedded.kinds.kind import Properties


def rule_entry(rule: Properties) -> dict[str, Any]:
    """A rule of a group, as its file has it."""
    found: dict[str, Any] = {
        "uid": rule["uid"],
        "title": literal(rule["name"]),
        "data": [_data(data) for data in rule["datas"]],
        # Grafana looks for variables in labels, but in neither annotations nor queries.
        "labels": in_strings(literal, rule.get("labels") or {}),
    }
    if rule.get("isPaused"):
        found["isPaused"] = True
    if record := rule.get("record"):
        found["record"] = dict(record)
        return found
    found |= {
        "condition": rule["condition"],
        "for": rule["for"],
        "noDataState": rule["noDataState"],
        "execErrState": rule["execErrState"],
        "annotations": dict(rule.get("annotations") or {}),
        "notification_settings": _renamed(rule["notificationSettings"], _SETTINGS),
    }
    if "keepFiringFor" in rule:
        found["keepFiringFor"] = rule["keepFiringFor"]
    # Grafana takes the alerts shown on a panel from the one, and a notification's link from the other.
    panel = found["annotations"].get("__panelId__")
    if panel is not None:
        found["dashboardUid"] = found["annotations"]["__dashboardUid__"]
        found["panelId"] = int(panel)
    return found


def rule_properties(entry: Mapping[str, Any]) -> Properties:
    """The rule that an entry of a file says."""
    found = {
        key: entry[key]
        for key in entry
        if key
        not in ("title", "data", "labels", "notification_settings", "dashboardUid", "panelId")
    }
    settings = entry.get("notification_settings")
    return {
        "isPaused": False,
        **found,
        "name": text(entry["title"]),
        "datas": [_data_properties(data) for data in entry["data"]],
        "labels": in_strings(text, entry.get("labels") or {}),
        **({} if settings is None else {"notificationSettings": _read(settings, _SETTINGS)}),
    }


def _data_properties(data: Mapping[str, Any]) -> Properties:
    return {**data, "model": to_canonical_json(data["model"])}


def _data(data: Properties) -> dict[str, Any]:
    window = {key: int(value) for key, value in data["relativeTimeRange"].items()}
    return {
        "refId": data["refId"],
        "relativeTimeRange": window,
        "datasourceUid": data["datasourceUid"],
        "model": json.loads(data["model"]),
    }


_SETTINGS = {
    "contactPoint": "receiver",
    "groupBies": "group_by",
    "muteTimings": "mute_time_intervals",
    "groupWait": "group_wait",
    "groupInterval": "group_interval",
    "repeatInterval": "repeat_interval",
}
"""What rules' files call the provider's notification settings."""

RECEIVERS: Mapping[str, tuple[str, Mapping[str, str], frozenset[str]]] = {
    "emails": ("email", {}, frozenset()),
    "slacks": ("slack", {}, frozenset({"url", "token"})),
    "pagerduties": ("pagerduty", {"clientUrl": "client_url"}, frozenset({"integrationKey"})),
    "teams": ("teams", {"sectionTitle": "sectiontitle"}, frozenset({"url"})),
    "webhooks": (
        "webhook",
        {
            "authorizationScheme": "authorization_scheme",
            "authorizationCredentials": "authorization_credentials",
            "basicAuthUser": "username",
            "basicAuthPassword": "password",
        },
        frozenset({"authorizationCredentials", "basicAuthPassword"}),
    ),
}
"""For each of the provider's ways to notify: Grafana's type of receiver, what its settings are called
where the provider calls them otherwise, and which are secret.
"""


def receivers(uid: str, inputs: Properties) -> list[dict[str, Any]]:
    """The receivers of the contact point whose file is ``uid``, as that has them."""
    return [
        _receiver(uid, kind, position, way)
        for kind in RECEIVERS
        for position, way in enumerate(inputs.get(kind) or (), start=1)
    ]


def ways(uid: str, entries: Sequence[Mapping[str, Any]], last: Properties) -> Properties:
    """The ways to notify that the receivers of a file say; behind a reference to a secret is what
    was deployed ``last``, and where somebody wrote another text, that.
    """
    found: dict[str, list[Properties]] = {}
    kinds = {receiver_type: kind for kind, (receiver_type, _, _) in RECEIVERS.items()}
    for entry in entries:
        kind = kinds.get(entry["type"], str(entry["type"]))
        of_kind = found.setdefault(kind, [])
        before = [*(last.get(kind) or ())][len(of_kind) : len(of_kind) + 1]
        of_kind.append(_way(uid, kind, len(of_kind) + 1, entry, *before))
    return found


def _way(
    uid: str, kind: str, position: int, entry: Mapping[str, Any], last: Properties | None = None
) -> Properties:
    receiver_type, names, secrets = RECEIVERS.get(kind, (kind, {}, frozenset()))
    own = f"{uid}-{receiver_type}-{position}"
    found = _read(entry["settings"], names)
    for key in secrets & found.keys():
        if (
            last
            and key in last
            and entry["settings"][names.get(key, key)] == secret_reference(own, key)
        ):
            found[key] = last[key]
    if "addresses" in found:
        found["addresses"] = found["addresses"].split(";")
    is_quiet = entry.get("disableResolveMessage")
    return found | ({"disableResolveMessage": True} if is_quiet else {})


def _receiver(uid: str, kind: str, position: int, way: Properties) -> dict[str, Any]:
    receiver_type, names, secrets = RECEIVERS[kind]
    own = f"{uid}-{receiver_type}-{position}"
    settings = {
        names.get(key, key): secret_reference(own, key) if key in secrets else _plain(value)
        for key, value in way.items()
        if key not in ("uid", "disableResolveMessage", "settings", "singleEmail")
    }
    return {"uid": own, "type": receiver_type, "settings": settings}


def _plain(value: Any) -> Any:
    """A setting that is no secret; addresses are one text there."""
    return literal(";".join(value) if isinstance(value, list) else value)


def interval_entry(interval: Properties) -> dict[str, Any]:
    """An interval of a mute timing, as its file has it."""
    found: dict[str, Any] = {}
    if times := interval.get("times"):
        found["times"] = [{"start_time": each["start"], "end_time": each["end"]} for each in times]
    for key in ("weekdays", "location"):
        if interval.get(key):
            found[key] = interval[key]
    return found


def interval_properties(entry: Mapping[str, Any]) -> Properties:
    """The interval that an entry of a file says."""
    found = {key: value for key, value in entry.items() if key != "times"}
    if times := entry.get("times"):
        found["times"] = [{"start": each["start_time"], "end": each["end_time"]} for each in times]
    return found


def _renamed(properties: Properties, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        names[key]: in_strings(literal, value) for key, value in properties.items() if key in names
    }


def _read(settings: Mapping[str, Any], names: Mapping[str, str]) -> Properties:
    """The properties that a file calls by other ``names``."""
    properties = {name: key for key, name in names.items()}
    return {properties.get(key, key): in_strings(text, value) for key, value in settings.items()}
