"""The whole program under Pulumi's mocks."""

import asyncio
import json
import runpy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, rpc
from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import SETTINGS, get_root_resource, set_root_resource
from pulumi.runtime.stack import Stack, run_in_stack

from litellm_monitoring.tools.project import PROJECT, ROOT


@dataclass
class Resource:
    """A resource as the program registered it."""

    type: str
    parent: str
    inputs: dict[str, Any]
    secrets: set[str]
    depends_on: list[str]
    protect: bool
    delete_before_replace: bool
    read_id: str = ""
    replace_on_changes: list[str] = field(default_factory=list)


@dataclass
class Deployed:
    """What the program did: resources by name, with the providers that make them, and the stack's
    outputs.
    """

    resources: dict[str, Resource] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    secret_outputs: set[str] = field(default_factory=set)


class _Grafana(mocks.Mocks):
    """Answers as the Grafana provider does, and as the engine does of other stacks."""

    def __init__(self, stacks: Mapping[str, Mapping[str, Any]], teams: Mapping[str, int]) -> None:
        self._stacks = stacks
        self._teams = teams

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            name = args.inputs["name"]
            return name, {
                "name": name,
                "outputs": self._stacks[name],
                "secretOutputNames": [],
            }
        if args.typ == "grafana:oss/team:Team":
            return "1:7", args.inputs
        uid = args.inputs.get("uid") or args.resource_id or args.name
        if "configJson" in args.inputs:
            uid = json.loads(unsealed(args.inputs["configJson"]))["uid"]
        path = {"grafana:oss/folder:Folder": "dashboards/f"}.get(args.typ, "d")
        return f"1:{uid}", {**args.inputs, "uid": uid, "url": f"http://grafana/{path}/{uid}"}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        assert args.token == "grafana:oss/getTeam:getTeam"
        return {"id": f"1:{self._teams[args.args['name']]}"}, []


class _Recorder(mocks.MockMonitor):
    """Remembers what resources were registered with."""

    def __init__(self, deployed: Deployed, grafana: _Grafana) -> None:
        super().__init__(grafana)
        self._deployed = deployed

    def RegisterResource(self, request: Any) -> Any:
        inputs = rpc.deserialize_properties(request.object)
        self._deployed.resources[request.name] = Resource(
            type=request.type,
            parent=_name(request.parent),
            inputs={key: unsealed(value) for key, value in inputs.items()},
            secrets={key for key, value in inputs.items() if rpc.is_rpc_secret(value)},
            depends_on=sorted({_name(urn) for urn in request.dependencies}),
            protect=request.protect,
            delete_before_replace=request.deleteBeforeReplace,
            replace_on_changes=[*request.replaceOnChanges],
        )
        self._deployed.providers[request.name] = request.provider.partition("::")[2]
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def ReadResource(self, request: Any) -> Any:
        self._deployed.resources[request.name] = Resource(
            request.type, _name(request.parent), {}, set(), [], False, False, request.id
        )
        self._deployed.providers[request.name] = request.provider.partition("::")[2]
        return super().ReadResource(request)  # type: ignore[no-untyped-call]


def _program() -> None:
    runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")


def unsealed(value: Any) -> Any:
    """``value`` with what is secret in it as it is."""
    value = rpc.unwrap_rpc_secret(value)
    if isinstance(value, dict):
        return {key: unsealed(item) for key, item in value.items()}
    return [unsealed(item) for item in value] if isinstance(value, list) else value


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


Deploy = Callable[..., Deployed]


@pytest.fixture
def deploy() -> Deploy:
    """Runs ``__main__.py`` with a stack's configuration."""

    def run(
        stack: str,
        config: Mapping[str, str],
        secrets: Collection[str] = (),
        deployed: Deployed | None = None,
        stacks: Mapping[str, Mapping[str, Any]] | None = None,
        teams: Mapping[str, int] | None = None,
        program: Callable[[], None] = _program,
        project: str = PROJECT,
        preview: bool = False,
    ) -> Deployed:
        deployed = Deployed() if deployed is None else deployed
        set_all_config(
            {f"{project}:{key}": value for key, value in config.items()},
            [f"{project}:{key}" for key in secrets],
        )

        async def run_program() -> None:
            grafana = _Grafana(stacks or {}, teams or {})
            recorder = _Recorder(deployed, grafana)
            pulumi.runtime.set_mocks(
                grafana,
                project,
                stack,
                preview=preview,
                monitor=recorder,
                organization="organization",
            )
            # It makes a stack of its own, where the program is to make one.
            set_root_resource(None)  # type: ignore[arg-type]
            await run_in_stack(program)
            stack_resource = get_root_resource()
            assert isinstance(stack_resource, Stack)
            for key, value in stack_resource.outputs.items():
                deployed.outputs[key] = await pulumi.Output.from_input(value).future()
                if await pulumi.Output.from_input(value).is_secret():
                    deployed.secret_outputs.add(key)

        try:
            asyncio.run(run_program())
        finally:
            # What is left of a program that has failed is of an event loop that is gone.
            SETTINGS.outputs.clear()
            deployed.resources.pop(f"{project}-{stack}", None)
        return deployed

    return run
