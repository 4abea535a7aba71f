"""The component as a Pulumi package, for programs in other languages."""

import collections.abc
import inspect
import types
import typing
from importlib.metadata import version
from typing import Any, Literal, NotRequired, Required, TypedDict, get_args, get_origin

import pulumi
from pulumi.provider.experimental import component_provider_host

import litellm_monitoring
from litellm_monitoring import MonitoringArgs, TeamArgs


class _Own(TypedDict, total=False):
    teams: list[TeamArgs]
    """Teams, each with a folder inside the component's."""
    identity: str
    """What UIDs and names in Grafana carry; by default `<project> <stack> <name>`."""
    org_id: pulumi.Input[str]
    """ID of the Grafana organization; by default that of the credentials."""


def _plain(kind: Any) -> Any:
    """``kind`` as a schema can say it: without literals and unions."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return str
    if origin in (Required, NotRequired):
        return origin[_plain(arguments[0])]
    if origin is collections.abc.Sequence or origin is list:
        return list[_plain(arguments[0])]  # type: ignore[misc]
    if origin is collections.abc.Mapping:
        return dict[str, _plain(arguments[1])]  # type: ignore[misc]
    if origin is types.UnionType:
        return Any
    return _plain_arguments(kind) if typing.is_typeddict(kind) else kind


_MADE: dict[str, Any] = {}


def _plain_arguments(kind: Any) -> Any:
    if kind.__name__ not in _MADE:
        hints = inspect.get_annotations(kind)
        made: Any = TypedDict(  # type: ignore[operator]
            kind.__name__, {key: _plain(each) for key, each in hints.items()}, total=False
        )
        # Descriptions are read where the type is written.
        made.__module__, made.__doc__ = kind.__module__, kind.__doc__
        _MADE[kind.__name__] = made
    return _MADE[kind.__name__]


_hints = {
    **inspect.get_annotations(MonitoringArgs),
    **inspect.get_annotations(_Own),
}
LiteLLMMonitoringArgs: Any = TypedDict(  # type: ignore[operator]
    "MonitoringArgs", {key: _plain(each) for key, each in _hints.items()}, total=False
)
LiteLLMMonitoringArgs.__module__ = MonitoringArgs.__module__


class LiteLLMMonitoring(pulumi.ComponentResource):
    """LiteLLM's monitoring in Grafana: data source, folder, dashboards and alerts."""

    dashboard_urls: pulumi.Output[dict[str, str]]
    """Addresses of the dashboards, by slug."""
    folder_uid: pulumi.Output[str]
    """UID of the folder."""
    folder_url: pulumi.Output[str]
    """Address of the folder."""
    data_source_uid: pulumi.Output[str]
    """UID of the data source, whether or not it was created here."""
    contact_point: pulumi.Output[str | None]
    """Name of the contact point, if one was created."""
    team_folder_urls: pulumi.Output[dict[str, str]]
    """Addresses of the folders of teams, by alias."""

    def __init__(
        self,
        name: str,
        args: LiteLLMMonitoringArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("litellm-monitoring:index:LiteLLMMonitoring", name, {}, opts)
        made = litellm_monitoring.LiteLLMMonitoring(
            name, **args, opts=pulumi.ResourceOptions(parent=self)
        )
        self.dashboard_urls, self.contact_point = made.dashboard_urls, made.contact_point
        self.folder_uid, self.folder_url = made.folder_uid, made.folder_url
        self.data_source_uid = made.data_source_uid
        folders = {alias: team.folder_url for alias, team in made.teams.items()}
        self.team_folder_urls = pulumi.Output.all(**folders)
        self.register_outputs({})


if __name__ == "__main__":
    component_provider_host(
        [LiteLLMMonitoring], "litellm-monitoring", version=version("litellm-monitoring")
    )
