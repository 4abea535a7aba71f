"""The Pulumi component that makes a declaration's resources."""

from collections.abc import Mapping, Sequence
from typing import Any, Self, Unpack

import pulumi
import pulumiverse_grafana as grafana
from pydantic import SecretStr

from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.infra.arguments.component import Wanted, wanted
from litellm_monitoring.infra.arguments.types import MonitoringArgs, TeamArgs
from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.declaration.resources import Dashboard, DataSource, GrafanaTeam, Grant
from litellm_monitoring.infra.declaration.stack import Declaration
from litellm_monitoring.infra.program.alert_resources import make_alerting
from litellm_monitoring.infra.settings.models.stack import TeamSettings


class LiteLLMMonitoring(pulumi.ComponentResource):
    """LiteLLM's monitoring in Grafana: the Prometheus data source, the folder, who sees it, the
    dashboards in it, and what alerts; and for each of its teams a folder inside that one with dashboards
    and alerts about the team's traffic only.

    The arguments are the settings in ``docs/settings.md``, in Python's spelling. ``docs/package.md`` says
    which may be Outputs.
    """

    dashboard_urls: pulumi.Output[dict[str, str]]
    """Addresses of the dashboards, by slug; paths, where Grafana's address is not known."""
    folder_uid: pulumi.Output[str]
    """UID of the folder."""
    folder_url: pulumi.Output[str]
    """Address of the folder."""
    data_source_uid: pulumi.Output[str]
    """UID of the data source, whether or not it was created here."""
    contact_point: pulumi.Output[str | None]
    """Name of the contact point, if one was created."""
    grafana_team_id: pulumi.Output[str | None]
    """ID of the Grafana team, if one was created."""
    rule_groups: pulumi.Output[list[dict[str, Any]]]
    """What Prometheus is to evaluate: the groups of a rule file, or of a ``PrometheusRule``."""
    teams: "Mapping[str, LiteLLMMonitoring]"
    """The monitoring of each of the teams, by alias."""
    outputs: pulumi.Inputs
    """What a stack of this project exports."""

    def __init__(
        self,
        name: str,
        *,
        teams: Sequence[TeamArgs] = (),
        identity: str | None = None,
        org_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **settings: Unpack[MonitoringArgs],
    ) -> None:
        """Makes the resources ``<name>-…`` in Grafana.

        UIDs and names in Grafana carry ``identity``, by default ``<project> <stack> <name>``; set it to
        keep them when the project, the stack or the component is renamed. ``org_id`` is the ID of the
        Grafana organization, by default that of the credentials.

        Raises:
            pulumi.RunError: naming all mistakes in the settings, before any resource is registered.

        """
        self._make(name, wanted(name, settings, teams, identity), org_id, opts)

    @classmethod
    def of_declaration(cls, name: str, declaration: Declaration, org_id: str | None = None) -> Self:
        """What a stack's configuration declares."""
        made = cls.__new__(cls)
        made._make(name, Wanted(declaration), org_id, None)
        return made

    def _make(
        self,
        name: str,
        asked: Wanted,
        org_id: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None,
        after: Sequence[pulumi.Resource] = (),
    ) -> None:
        """Registers all resources, the first of them once those ``after`` which they come are there."""
        declaration, self._inputs, self._org_id = asked.declaration, asked.inputs, org_id
        super().__init__(
            "litellm:monitoring:LiteLLMMonitoring",
            name,
            opts=pulumi.ResourceOptions.merge(
                pulumi.ResourceOptions(
                    # What is around the component may be protected, and it with it.
                    protect=declaration.protect or None,
                    transformations=[self._in_organisation],
                ),
                opts,
            ),
        )
        data_source = (
            self._data_source(declaration.data_source) if declaration.data_source else None
        )
        folder = self._folder(declaration, after)
        team = self._team(declaration.grafana_team) if declaration.grafana_team else None
        # Nothing is put into the folder before it is closed to those who shall not see it.
        access = self._access(declaration, folder, team)
        awaited = [*after, *(resource for resource in (data_source, access) if resource)]
        dashboards = {
            slug: self._dashboard(slug, dashboard, folder, awaited)
            for slug, dashboard in declaration.dashboards.items()
        }
        make_alerting(self, declaration.alerting, folder, awaited, self._inputs)
        self.teams = {
            each.alias: self._of_team(f"{name}-{each.name}", each.declaration, [folder, *awaited])
            for each in asked.teams
        }
        self._give_out(declaration, folder, data_source, team, dashboards)
        self.register_outputs(self.outputs)

    def _of_team(
        self, name: str, declaration: Declaration, after: Sequence[pulumi.Resource]
    ) -> "LiteLLMMonitoring":
        made = LiteLLMMonitoring.__new__(LiteLLMMonitoring)
        asked = Wanted(declaration, inputs=self._inputs)
        made._make(name, asked, self._org_id, pulumi.ResourceOptions(parent=self), after)
        return made

    def _give_out(
        self,
        declaration: Declaration,
        folder: grafana.oss.Folder,
        data_source: grafana.oss.DataSource | None,
        team: grafana.oss.Team | None,
        dashboards: Mapping[str, grafana.oss.Dashboard],
    ) -> None:
        point = declaration.alerting.contact_point
        urls = {slug: dashboard.url for slug, dashboard in dashboards.items()}
        self.outputs = {
            **self._inputs.filled(declaration.platform.outputs()),
            **_team_outputs(declaration.team),
            "dashboardUrls": urls,
            **_alerting_outputs(declaration.alerting),
            "folderUid": folder.uid,
            "folderUrl": folder.url,
        }
        if data_source:
            self.outputs["dataSourceUid"] = data_source.uid
        if self.teams:
            self.outputs["teams"] = {alias: team.outputs for alias, team in self.teams.items()}
        self.dashboard_urls = pulumi.Output.all(**urls)
        self.folder_uid, self.folder_url = folder.uid, folder.url
        self.data_source_uid = pulumi.Output.from_input(self.outputs["dataSourceUid"])
        self.contact_point = pulumi.Output.from_input(point.name if point else None)
        self.grafana_team_id = pulumi.Output.from_input(team.id if team else None)
        groups = self._inputs.filled([*declaration.alerting.prometheus])
        self.rule_groups = pulumi.Output.from_input(groups)

    def _in_organisation(
        self, made: pulumi.ResourceTransformationArgs
    ) -> pulumi.ResourceTransformationResult | None:
        """Names the organisation in each resource: the provider heeds its own ``orgId`` for none."""
        if not self._org_id or not made.type_.startswith("grafana:"):
            return None
        return pulumi.ResourceTransformationResult(
            {**made.props, "org_id": self._org_id}, made.opts
        )

    def _id(self, uid: pulumi.Input[str]) -> pulumi.Input[str]:
        return pulumi.Output.concat(self._org_id, ":", uid) if self._org_id else uid

    def _folder(
        self, declaration: Declaration, after: Sequence[pulumi.Resource]
    ) -> grafana.oss.Folder:
        options = pulumi.ResourceOptions(parent=self, depends_on=[*after])
        folder = declaration.folder
        if folder is None:
            uid = self._id(self._inputs.filled(declaration.platform.folder_uid))
            # Under the name of its own, the engine would take that one for read, not for deleted.
            return grafana.oss.Folder.get(
                f"{self.pulumi_resource_name}-existing-folder",
                id=_readable(uid),
                opts=options,
            )
        return grafana.oss.Folder(
            f"{self.pulumi_resource_name}-folder",
            uid=folder.uid,
            title=self._inputs.filled(folder.title),
            parent_folder_uid=self._inputs.filled(folder.parent_uid),
            prevent_destroy_if_not_empty=declaration.protect,
            opts=options,
        )

    def _access(
        self,
        declaration: Declaration,
        folder: grafana.oss.Folder,
        team: grafana.oss.Team | None,
    ) -> grafana.oss.FolderPermission | None:
        if declaration.grants is None:
            return None
        return grafana.oss.FolderPermission(
            f"{self.pulumi_resource_name}-access",
            folder_uid=folder.uid,
            permissions=[self._permission(grant, team) for grant in declaration.grants],
            # Of a change the provider sends only what differs, and Grafana Cloud takes it for all:
            # https://github.com/grafana/terraform-provider-grafana/issues/2928. What is made anew
            # sends everything; until then only admins see the folder.
            opts=pulumi.ResourceOptions(
                parent=self,
                replace_on_changes=["permissions"],
                delete_before_replace=True,
                protect=False,
            ),
        )

    def _permission(
        self, grant: Grant, team: grafana.oss.Team | None
    ) -> grafana.oss.FolderPermissionPermissionArgs:
        """``grant`` in the provider's form, which names teams by id; ``team`` is the stack's own."""
        team_id: pulumi.Input[str] | None = None
        if grant.existing_team:
            team_id = grafana.oss.get_team_output(
                name=self._inputs.filled(grant.existing_team),
                org_id=self._org_id,
                opts=pulumi.InvokeOutputOptions(parent=self),
            ).id
        elif grant.existing_team_id:
            team_id = self._inputs.filled(grant.existing_team_id)
        elif team and not grant.role:
            team_id = team.id
        return grafana.oss.FolderPermissionPermissionArgs(
            permission=grant.permission.value,
            role=grant.role.value if grant.role else None,
            team_id=team_id,
        )

    def _team(self, team: GrafanaTeam) -> grafana.oss.Team:
        return grafana.oss.Team(
            f"{self.pulumi_resource_name}-team",
            name=self._inputs.filled(team.name),
            email=team.email,
            members=self._inputs.filled(team.members),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _data_source(self, data_source: DataSource) -> grafana.oss.DataSource:
        return grafana.oss.DataSource(
            f"{self.pulumi_resource_name}-prometheus",
            type=data_source.type,
            uid=data_source.uid,
            name=self._inputs.filled(data_source.name),
            url=self._inputs.filled(data_source.url),
            basic_auth_enabled=data_source.basic_auth_username is not None,
            basic_auth_username=self._inputs.filled(data_source.basic_auth_username),
            json_data_encoded=self._inputs.filled_json(to_canonical_json(data_source.json_data)),
            secure_json_data_encoded=self._secret_json(data_source.secure_json_data),
            http_headers=self._inputs.filled(_plain(data_source.http_headers)) or None,
            # Its name is unique in the organisation: a second one cannot be made beside it.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )

    def _dashboard(
        self,
        slug: str,
        dashboard: Dashboard,
        folder: grafana.oss.Folder,
        depends_on: Sequence[pulumi.Resource],
    ) -> grafana.oss.Dashboard:
        return grafana.oss.Dashboard(
            f"{self.pulumi_resource_name}-{slug}",
            config_json=self._inputs.filled_json(dashboard.config_json),
            folder=folder.uid,
            overwrite=dashboard.overwrite,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*depends_on]),
        )

    def _secret_json(self, values: Mapping[str, SecretStr]) -> pulumi.Input[str] | None:
        """The JSON of secret values; the provider's SDK makes its argument a Pulumi secret."""
        return self._inputs.filled_json(to_canonical_json(_plain(values))) if values else None


def _readable(uid: pulumi.Input[str]) -> pulumi.Input[str]:
    """``uid`` as an ID, which is secret nowhere: Pulumi's SDK reads none that is."""
    return pulumi.Output.unsecret(pulumi.Output.from_input(uid))


def _alerting_outputs(alerting: Alerting) -> pulumi.Inputs:
    return {"contactPoint": alerting.contact_point.name} if alerting.contact_point else {}


def _team_outputs(team: TeamSettings | None) -> pulumi.Inputs:
    if not team:
        return {}
    return {
        "teamAlias": team.alias,
        **({"platformStack": team.platform_stack} if team.platform_stack else {}),
    }


def _plain(values: Mapping[str, SecretStr]) -> dict[str, str]:
    return {key: value.get_secret_value() for key, value in values.items()}
