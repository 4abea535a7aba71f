"""Rule groups, contact points, templates and mute timings, as the Grafana provider has them."""

import json
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from embedded.alerting import Content, alerting_uid
from embedded.files import ProvisioningDirectory, folder_path, in_strings, literal, secret_reference
from embedded.kind import Kind, Properties
from embedded.storage import TargetError

_OF_EVERY_RESOURCE = ("name", "orgId", "disableProvenance")


class _AlertingKind(Kind):
    """A kind whose file is a function of its properties; ``body`` is the property that what
    somebody has changed there shows as.
    """

    prefix: ClassVar[str]
    body: ClassVar[str]
    taken: ClassVar[str] = ""
    """What creating a second one of ``NAME`` is refused with; Grafana merges what has no such words
    into the first.
    """
    identity = "name"

    def uid(self, inputs: Properties) -> str | None:
        return alerting_uid(self.prefix, str(inputs["name"]))

    @abstractmethod
    def content(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> Content:
        """What the file has to say."""

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        uid = str(self.uid(inputs))
        if self.taken and directory.alerting.read(uid) is not None:
            raise TargetError(self.taken.replace("NAME", str(inputs["name"])))
        self.write(directory, inputs)
        return uid

    def write(self, directory: ProvisioningDirectory, inputs: Properties) -> Path:
        """Makes the resource as ``inputs`` say, whether or not it is there, and returns its file."""
        uid = str(self.uid(inputs))
        return directory.alerting.write(uid, self.content(directory, uid, inputs))

    def update(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> None:
        directory.alerting.write(uid, self.content(directory, uid, inputs))

    def read(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Properties | None:
        found = directory.alerting.read(uid)
        if found is None:
            return None
        if last and found == self._expected(directory, uid, last):
            return last
        return {**last, self.body: json.loads(json.dumps(found))}

    def _expected(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Content | None:
        """What the file has to say; None where what it refers to is gone."""
        try:
            return self.content(directory, uid, last)
        except TargetError:
            return None

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        directory.alerting.delete(uid)


class _RuleGroupKind(_AlertingKind):
    """``grafana:alerting/ruleGroup:RuleGroup``"""

    known = frozenset({*_OF_EVERY_RESOURCE, "folderUid", "intervalSeconds", "rules"})
    prefix, body = "rules", "rules"
    taken = 'rule group with name "NAME" already exists'

    def uid(self, inputs: Properties) -> str | None:
        return alerting_uid(self.prefix, str(inputs["folderUid"]), str(inputs["name"]))

    def content(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> Content:
        folder = directory.read_folder(inputs["folderUid"])
        if not folder:
            raise TargetError(f"its folder {inputs['folderUid']} does not exist")
        group = {
            "orgId": 1,
            "name": literal(inputs["name"]),
            "folder": folder_path(folder.title),
            "interval": f"{int(inputs['intervalSeconds'])}s",
            "rules": [_rule(rule) for rule in inputs["rules"]],
        }
        return {"groups": [group]}


class _ContactPointKind(_AlertingKind):
    """``grafana:alerting/contactPoint:ContactPoint``"""

    known = frozenset({*_OF_EVERY_RESOURCE, "emails", "slacks", "pagerduties", "teams", "webhooks"})
    prefix, body = "contact", "webhooks"
    fixed = frozenset({"disableProvenance"})

    def content(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> Content:
        receivers = [
            _receiver(uid, kind, position, way)
            for kind in _RECEIVERS
            for position, way in enumerate(inputs.get(kind) or (), start=1)
        ]
        point = {"orgId": 1, "name": literal(inputs["name"]), "receivers": receivers}
        return {"contactPoints": [point]}

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        if literal(last["name"]) in directory.alerting.named_in_rules("receiver"):
            raise TargetError(
                "[DELETE /v1/provisioning/contact-points/{UID}] DeleteContactpoints "
                "(status 409): {}"
            )
        super().delete(directory, uid, last)


class _MessageTemplateKind(_AlertingKind):
    """``grafana:alerting/messageTemplate:MessageTemplate``"""

    known = frozenset({*_OF_EVERY_RESOURCE, "template"})
    prefix, body = "template", "template"
    fixed = frozenset({"disableProvenance"})

    def content(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> Content:
        template = {"orgId": 1, "name": inputs["name"], "template": inputs["template"]}
        return {"templates": [template]}


class _MuteTimingKind(_AlertingKind):
    """``grafana:alerting/muteTiming:MuteTiming``"""

    known = frozenset({*_OF_EVERY_RESOURCE, "intervals"})
    prefix, body = "mute-timing", "intervals"
    fixed = frozenset({"disableProvenance"})
    taken = (
        "[POST /v1/provisioning/mute-timings][400] postMuteTimingBadRequest "
        '{"message":"Time interval with this name already exists. '
        'Use a different name or update existing one."}'
    )

    def content(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> Content:
        timing = {
            "orgId": 1,
            "name": inputs["name"],
            "time_intervals": [_interval(each) for each in inputs.get("intervals") or ()],
        }
        return {"muteTimes": [timing]}

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        directory.alerting.unmute_rules(literal(last["name"]))
        super().delete(directory, uid, last)


_KINDS: Mapping[str, _AlertingKind] = {
    "RuleGroup": _RuleGroupKind(),
    "ContactPoint": _ContactPointKind(),
    "MessageTemplate": _MessageTemplateKind(),
    "MuteTiming": _MuteTimingKind(),
}

ALERTING_KINDS: Mapping[str, Kind] = {
    f"grafana:alerting/{name[0].lower()}{name[1:]}:{name}": kind for name, kind in _KINDS.items()
}
"""The kinds by Pulumi type."""


def write_alerting(directory: ProvisioningDirectory, kind: str, inputs: Properties) -> Path:
    """Makes the resource of a Pulumi type, such as ``RuleGroup``, as ``inputs`` say, whether or not
    it is there, and returns its file.
    """
    return _KINDS[kind].write(directory, inputs)


def contact_point_variables(directory: ProvisioningDirectory, name: str) -> list[str]:
    """The environment variables that the contact point ``name`` takes its secrets from."""
    found = directory.alerting.read(alerting_uid(_ContactPointKind.prefix, name)) or {}
    return [
        str(value).removeprefix("$")
        for point in found.get("contactPoints", ())
        for receiver in point["receivers"]
        for value in receiver["settings"].values()
        if str(value).startswith("$") and not str(value).startswith("$$")
    ]


def _rule(rule: Properties) -> dict[str, Any]:
    found: dict[str, Any] = {
        "uid": rule["uid"],
        "title": literal(rule["name"]),
        "data": [_data(data) for data in rule["datas"]],
        # Grafana looks for variables in labels, but in neither annotations nor queries.
        "labels": in_strings(literal, rule.get("labels") or {}),
    }
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

_RECEIVERS: Mapping[str, tuple[str, Mapping[str, str], frozenset[str]]] = {
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


def _receiver(uid: str, kind: str, position: int, way: Properties) -> dict[str, Any]:
    receiver_type, names, secrets = _RECEIVERS[kind]
    own = f"{uid}-{receiver_type}-{position}"
    settings = {
        names.get(key, key): secret_reference(own, key) if key in secrets else _plain(value)
        for key, value in way.items()
        if key not in ("uid", "disableResolveMessage", "settings")
    }
    return {"uid": own, "type": receiver_type, "settings": settings}


def _plain(value: Any) -> Any:
    """A setting that is no secret; addresses are one text there."""
    return literal(";".join(value) if isinstance(value, list) else value)


def _interval(interval: Properties) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if times := interval.get("times"):
        found["times"] = [{"start_time": each["start"], "end_time": each["end"]} for each in times]
    for key in ("weekdays", "location"):
        if interval.get(key):
            found[key] = interval[key]
    return found


def _renamed(properties: Properties, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        names[key]: in_strings(literal, value) for key, value in properties.items() if key in names
    }
