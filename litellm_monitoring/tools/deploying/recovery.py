"""What a run that was killed has left behind, put right before the next one.

The engine leaves its lock and, in the state, what it was about to make, of which it does not know
whether it was made. Refreshing does not tell it: it asks for an id. Ours are known beforehand, but
for a Grafana team's, so that Grafana can be asked.
"""

import contextlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pulumiverse_grafana as grafana
from pulumi import automation

from litellm_monitoring.tools.changes.report import Report
from litellm_monitoring.tools.deploying import resource_types as types
from litellm_monitoring.tools.deploying.backend import Backend

_NAMED_BY = {
    types.FOLDER: "uid",
    types.DATA_SOURCE: "uid",
    types.FOLDER_PERMISSION: "folderUid",
    types.CONTACT_POINT: "name",
    types.MESSAGE_TEMPLATE: "name",
    types.MUTE_TIMING: "name",
}
"""The input that is a resource's id in Grafana."""


Resource = Mapping[str, Any]


def recover(stack: automation.Stack, backend: Backend, report: Report) -> Sequence[Resource]:
    """Puts right what a killed run of ``stack`` has left, as far as this machine can tell.

    Returns what that run had begun to make and Grafana does not have. It may have yet, where what
    the killed run asked for last takes its time; :func:`made_late` tells.
    """
    if backend.is_lock_abandoned(stack.name):
        stack.cancel()
        report.say("The run that held the stack was killed; its lock is removed.")
    elif backend.is_locked(stack.name):
        return []
    if not backend.pending_operations(stack.name):
        return []
    # What the engine hands out holds no sealed secrets, as its state does.
    begun = (stack.export_stack().deployment or {}).get("pending_operations") or []
    made = [operation["resource"] for operation in begun if operation["type"] == "creating"]
    changed = {operation["resource"]["urn"] for operation in begun} - _urns(made)
    with backend.unless_it_fails(stack.name):
        missing = _asked_for(stack, made, changed)
    report.say("Its unfinished operations were checked in Grafana.")
    return missing


def made_late(stack: automation.Stack, backend: Backend, missing: Sequence[Resource]) -> bool:
    """Whether any that was ``missing``, and could not be made, is in Grafana by now, and so in the
    state.
    """
    state = stack.export_stack().deployment or {} if missing else {}
    known = _urns(state.get("resources", []))
    unmade = [resource for resource in missing if resource["urn"] not in known]
    if not unmade:
        return False
    with backend.unless_it_fails(stack.name):
        return len(_asked_for(stack, unmade, ())) < len(unmade)


def _asked_for(
    stack: automation.Stack, perhaps_made: Sequence[Resource], others: Collection[str]
) -> list[Resource]:
    """Those of ``perhaps_made`` that Grafana does not have; the others are in the state from here on.
    Of ``others``, which are in it already, it is asked how they are.
    """
    exported = stack.export_stack()
    state = exported.deployment or {}
    named = [
        {**resource, "id": uid, "outputs": {**resource["inputs"], "id": uid}}
        for resource in perhaps_made
        if (uid := _id_in_grafana(stack, resource))
    ]
    resources = [*state.get("resources", []), *named]
    stack.import_stack(
        automation.Deployment(
            exported.version, {**state, "resources": resources, "pending_operations": []}
        )
    )
    # Refreshing asks Grafana, and forgets again what is not there.
    if asked := sorted((_urns(named) | {*others}) & _urns(resources)):
        stack.refresh(target=asked, color="never")
    there = _urns((stack.export_stack().deployment or {}).get("resources", []))
    return [
        resource
        for resource in perhaps_made
        if resource["urn"] not in there and resource["type"].startswith("grafana:")
    ]


def _urns(resources: Iterable[Resource]) -> set[str]:
    return {resource["urn"] for resource in resources}


def _id_in_grafana(stack: automation.Stack, resource: Resource) -> str | None:
    inputs = resource.get("inputs", {})  # What only groups others has none.
    organisation = f"{inputs['orgId']}:" if "orgId" in inputs else ""
    match resource["type"]:
        case types.DASHBOARD:
            return f"{organisation}{json.loads(inputs['configJson'])['uid']}"
        case types.RULE_GROUP:
            # The first part would be the organisation, were it a number; 0 is the provider's own.
            return f"{organisation or '0:'}{inputs['folderUid']}:{inputs['name']}"
        case types.TEAM:
            return _team_id(stack, inputs["name"])
        case known:
            return f"{organisation}{inputs[_NAMED_BY[known]]}" if known in _NAMED_BY else None


def _team_id(stack: automation.Stack, name: str) -> str | None:
    """The id of a Grafana team, asked for by the engine: it has the address and the credentials."""
    found: list[str] = []

    def look() -> None:
        found.append(grafana.oss.get_team(name=name).id)

    program, stack.workspace.program = stack.workspace.program, look
    # Without such a team it fails, and with one it may, since the program declares nothing else.
    with contextlib.suppress(automation.CommandError):
        stack.preview(color="never")
    stack.workspace.program = program
    return found[0] if found else None
