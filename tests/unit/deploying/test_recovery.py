"""What a killed run was making, as it is looked for in Grafana."""

import copy
from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

import pytest
from pulumi import automation
from rich.console import Console

from litellm_monitoring.tools.changes.report import Report
from litellm_monitoring.tools.deploying.backend import Backend
from litellm_monitoring.tools.deploying.recovery import made_late, recover

INPUTS = {
    "oss/folder:Folder": ({"uid": "litellm-dev"}, "litellm-dev"),
    "oss/dataSource:DataSource": ({"uid": "litellm-dev-prometheus"}, "litellm-dev-prometheus"),
    "oss/folderPermission:FolderPermission": ({"folderUid": "litellm-dev"}, "litellm-dev"),
    "oss/dashboard:Dashboard": (
        {"configJson": '{"uid": "litellm-dev-spend"}'},
        "litellm-dev-spend",
    ),
    "alerting/contactPoint:ContactPoint": ({"name": "LiteLLM (dev)"}, "LiteLLM (dev)"),
    "alerting/messageTemplate:MessageTemplate": ({"name": "LiteLLM (dev)"}, "LiteLLM (dev)"),
    "alerting/muteTiming:MuteTiming": ({"name": "LiteLLM a:b (dev)"}, "LiteLLM a:b (dev)"),
    "alerting/ruleGroup:RuleGroup": (
        {"folderUid": "123", "name": "LiteLLM spend"},
        "0:123:LiteLLM spend",
    ),
}


class KilledStack:
    """The engine's stack after a run that was killed; Grafana has what ``there`` says."""

    name = "dev"

    def __init__(self, *resources: dict[str, Any], there: bool = True) -> None:
        begun = [{"type": "creating", "resource": resource} for resource in resources]
        self.deployment: dict[str, Any] = {"resources": [], "pending_operations": begun}
        self.asked: list[dict[str, Any]] = []
        self.there = there

    def export_stack(self) -> automation.Deployment:
        return automation.Deployment(3, copy.deepcopy(self.deployment))

    def import_stack(self, state: automation.Deployment) -> None:
        self.deployment = copy.deepcopy({**(state.deployment or {})})

    def refresh(self, target: list[str], **_: Any) -> None:
        resources = self.deployment["resources"]
        self.asked += [resource for resource in resources if resource["urn"] in target]
        if not self.there:
            self.deployment["resources"] = []


class KilledBackend:
    """A backend in whose state something is pending."""

    def is_lock_abandoned(self, stack: str) -> bool:
        return False

    is_locked = is_lock_abandoned

    def pending_operations(self, stack: str) -> list[object]:
        return [stack]

    def unless_it_fails(self, stack: str) -> AbstractContextManager[None]:
        return nullcontext()


def begun(kind: str) -> dict[str, Any]:
    inputs, _ = INPUTS[kind]
    return {"urn": f"urn::{kind}", "type": f"grafana:{kind}", "inputs": inputs}


def recovered(stack: KilledStack) -> list[str]:
    """The urns of what is missing."""
    report = Report(Console(quiet=True), planned=False)
    engine = cast(automation.Stack, stack)
    return [each["urn"] for each in recover(engine, cast(Backend, KilledBackend()), report)]


@pytest.mark.parametrize("kind", INPUTS)
def test_what_was_being_made_is_asked_for_by_its_id_in_grafana(kind: str) -> None:
    stack = KilledStack(begun(kind))
    assert recovered(stack) == []
    inputs, uid = INPUTS[kind]
    # Some of the provider's resources read their id among the outputs only.
    asked = {**begun(kind), "id": uid, "outputs": {**inputs, "id": uid}}
    assert stack.asked == [asked]
    assert stack.deployment == {"resources": [asked], "pending_operations": []}


def test_what_is_not_there_is_told_and_may_be_made_late() -> None:
    kind = "alerting/contactPoint:ContactPoint"
    stack = KilledStack(begun(kind), there=False)
    assert recovered(stack) == [f"urn::{kind}"]
    assert stack.deployment == {"resources": [], "pending_operations": []}
    engine, backend = cast(automation.Stack, stack), cast(Backend, KilledBackend())
    assert not made_late(engine, backend, [begun(kind)])
    stack.there = True
    assert made_late(engine, backend, [begun(kind)])
    assert [resource["id"] for resource in stack.deployment["resources"]] == ["LiteLLM (dev)"]
    assert not made_late(engine, backend, [begun(kind)])
