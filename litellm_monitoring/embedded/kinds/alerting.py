"""Rule groups, contact points, templates and mute timings, as the Grafana provider has them."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from pulumi.runtime.rpc import UNKNOWN

from litellm_monitoring.embedded.alerting import Content, alerting_uid
from litellm_monitoring.embedded.bridge import Defaults, sealed
from litellm_monitoring.embedded.files import ProvisioningDirectory, folder_path, literal, text
from litellm_monitoring.embedded.kinds.alerting_forms import (
    RECEIVERS,
    interval_entry,
    interval_properties,
    receivers,
    rule_entry,
    rule_properties,
    ways,
)
from litellm_monitoring.embedded.kinds.durations import go_duration
from litellm_monitoring.embedded.kinds.kind import Kind, Properties
from litellm_monitoring.embedded.storage import TargetError, unreadable

_PROVENANCE = Defaults({"disableProvenance": False})
_OF_EVERY_RESOURCE = ("name", "orgId", "disableProvenance")


_INTERVAL: Properties = {"daysOfMonths": [], "months": [], "times": [], "weekdays": [], "years": []}


def _each(values: Any, filled_in: Callable[[Properties], Properties]) -> Any:
    """``values`` with what Grafana fills in; what is not known yet stays so."""
    if values == UNKNOWN:
        return values
    return [each if each == UNKNOWN else filled_in(each) for each in values or ()]


def _rule_state(rule: Properties) -> Properties:
    """A rule as Grafana returns it."""
    found = {"isPaused": False, "missingSeriesEvalsToResolve": 0, **rule}
    found |= {key: go_duration(rule[key]) for key in ("for", "keepFiringFor") if key in rule}
    found["datas"] = _each(rule.get("datas"), partial(dict.__or__, {"queryType": ""}))
    if settings := rule.get("notificationSettings"):
        found["notificationSettings"] = {"activeTimings": [], "muteTimings": [], **settings}
    return found


def _of_way(kind: str) -> Properties:
    """What is filled in for a way to notify."""
    single = {"singleEmail": False} if kind == "emails" else {}
    return {"disableResolveMessage": False, "settings": sealed({}), **single}


_FILLED_IN: Mapping[str, Properties] = {
    kind: {**_of_way(kind), "settings": {}} for kind in RECEIVERS
}


class _AlertingKind(Kind):
    """A kind whose file is a function of its properties, and the other way round."""

    prefix: ClassVar[str]
    taken: ClassVar[str] = ""
    """What creating a second one of ``NAME`` is refused with; Grafana merges what has no such words
    into the first.
    """
    identity = "name"
    defaults = _PROVENANCE

    def uid(self, inputs: Properties) -> str | None:
        return alerting_uid(self.prefix, str(inputs["name"]))

    @abstractmethod
    def content(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> Content:
        """What the file has to say."""

    @abstractmethod
    def properties(self, uid: str, content: Content, last: Properties) -> Properties:
        """What the file says, apart from what names it; raises KeyError or TypeError where it is
        spoilt.
        """

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
        try:
            return {**last, **self.properties(uid, found, last)}
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise unreadable(directory.alerting.file(uid)) from error

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
    prefix = "rules"
    taken = 'rule group with name "NAME" already exists'
    defaults = Defaults(
        _PROVENANCE.own,
        {
            "rules": Defaults(
                {"isPaused": False},
                {
                    "datas": Defaults({"queryType": ""}, {"relativeTimeRange": Defaults()}),
                    "notificationSettings": Defaults(),
                    "record": Defaults(),
                },
            )
        },
    )

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
            "rules": [rule_entry(rule) for rule in inputs["rules"]],
        }
        return {"groups": [group]}

    def properties(self, uid: str, content: Content, last: Properties) -> Properties:
        (group,) = content["groups"]
        return {
            "name": text(group["name"]),
            "intervalSeconds": int(str(group["interval"]).removesuffix("s")),
            "rules": [rule_properties(entry) for entry in group["rules"]],
        }

    def state(self, inputs: Properties) -> Properties:
        return {**inputs, "rules": _each(inputs.get("rules"), _rule_state)}


class _ContactPointKind(_AlertingKind):
    """``grafana:alerting/contactPoint:ContactPoint``"""

    known = frozenset({*_OF_EVERY_RESOURCE, "emails", "slacks", "pagerduties", "teams", "webhooks"})
    prefix = "contact"
    fixed = frozenset({"disableProvenance"})
    secret = whole = frozenset(RECEIVERS)
    defaults = Defaults(
        _PROVENANCE.own,
        {kind: Defaults(_of_way(kind)) for kind in RECEIVERS},
    )

    def content(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> Content:
        point = {"orgId": 1, "name": literal(inputs["name"]), "receivers": receivers(uid, inputs)}
        return {"contactPoints": [point]}

    def properties(self, uid: str, content: Content, last: Properties) -> Properties:
        (point,) = content["contactPoints"]
        found = ways(uid, point["receivers"], last)
        gone: Properties = {kind: [] for kind in RECEIVERS if kind in last and kind not in found}
        return {"name": text(point["name"]), **gone, **found}

    def state(self, inputs: Properties) -> Properties:
        return {
            **inputs,
            **{
                kind: _each(inputs.get(kind), partial(dict.__or__, filled_in))
                for kind, filled_in in _FILLED_IN.items()
            },
        }

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
    prefix = "template"
    fixed = frozenset({"disableProvenance"})
    defaults, whole = Defaults(), frozenset({"template"})

    def content(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> Content:
        template = {"orgId": 1, "name": inputs["name"], "template": inputs["template"]}
        return {"templates": [template]}

    def properties(self, uid: str, content: Content, last: Properties) -> Properties:
        (template,) = content["templates"]
        return {"name": template["name"], "template": template["template"]}


class _MuteTimingKind(_AlertingKind):
    """``grafana:alerting/muteTiming:MuteTiming``"""

    known = frozenset({*_OF_EVERY_RESOURCE, "intervals"})
    prefix = "mute-timing"
    fixed = frozenset({"disableProvenance"})
    taken = (
        "[POST /v1/provisioning/mute-timings][400] postMuteTimingBadRequest "
        '{"message":"Time interval with this name already exists. '
        'Use a different name or update existing one."}'
    )
    defaults = Defaults(_PROVENANCE.own, {"intervals": Defaults({}, {"times": Defaults()})})

    def content(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> Content:
        timing = {
            "orgId": 1,
            "name": inputs["name"],
            "time_intervals": [interval_entry(each) for each in inputs.get("intervals") or ()],
        }
        return {"muteTimes": [timing]}

    def properties(self, uid: str, content: Content, last: Properties) -> Properties:
        (timing,) = content["muteTimes"]
        found = [interval_properties(entry) for entry in timing["time_intervals"]]
        return {"name": timing["name"], "intervals": found}

    def state(self, inputs: Properties) -> Properties:
        return {
            **inputs,
            "intervals": _each(inputs.get("intervals"), partial(dict.__or__, _INTERVAL)),
        }

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
