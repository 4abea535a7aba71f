"""The types of the component's arguments. Generated from the settings by `make reference`."""

from collections.abc import Mapping, Sequence
from typing import Literal, Required, TypedDict

from pulumi import Input


class GrafanaTeamArgs(TypedDict, total=False):
    """The Grafana team whose members see the stack's folder."""

    name: Input[str]
    """Name of the team to create; by default `LiteLLM <title> (<identity>)`."""
    existing_name: Input[str]
    """Name of an existing team to use, instead of creating one."""
    existing_id: Input[str]
    """The same by its ID."""
    members: Sequence[Input[str]]
    """Email addresses of its members, who must be Grafana users; by default, add them in
    Grafana.
    """


class OneTeamArgs(TypedDict, total=False):
    """The LiteLLM team to which everything in the stack is limited."""

    alias: Required[str]
    """The team's alias in LiteLLM: the value of the label `team_alias`."""
    title: str
    """Display name of the team; by default its alias."""
    contact: str
    """Email or web address of the team."""
    can_edit: bool
    """Allow the team to edit the contents of its folder, not only view them."""
    grafana_team: GrafanaTeamArgs
    """The Grafana team whose members see the folder."""


class FolderPermissionArgs(TypedDict, total=False):
    """What somebody may do in the folder; one of `role`, `team` and `team_id`."""

    role: Literal["Viewer", "Editor"]
    """A basic role: `Viewer` or `Editor`."""
    team: Input[str]
    """Name of an existing Grafana team."""
    team_id: Input[str]
    """The same by its ID."""
    permission: Literal["View", "Edit", "Admin"]
    """`View`, `Edit` or `Admin`."""


class FolderArgs(TypedDict, total=False):
    """The Grafana folder that holds the stack's dashboards."""

    title: Input[str]
    """Title; by default `LiteLLM (<identity>)`, or for a team `LiteLLM <title>
    (<environment>)`.
    """
    uid: str
    """UID; by default `litellm-<identity>`."""
    parent_uid: Input[str]
    """UID of the parent folder; by default none, or for a team the folder of the component."""
    existing_uid: Input[str]
    """UID of an existing folder to use, instead of creating one."""
    permissions: Sequence[FolderPermissionArgs]
    """Who can see the folder, besides Grafana admins and the stack's team; by default whoever
    Grafana lets see a new folder. An empty list means nobody else.
    """


class ExemplarArgs(TypedDict, total=False):
    """Where an exemplar's trace is found; either `data_source_uid` or `url`."""

    label: Required[str]
    """The exemplar label that holds the trace ID."""
    data_source_uid: Input[str]
    """UID of the tracing data source that opens the trace."""
    url: Input[str]
    """Address that opens the trace; `${__value.raw}` stands for its ID."""


class AuthArgs(TypedDict, total=False):
    """How Grafana authenticates at the server."""

    type: Literal["none", "basic", "bearer", "tls", "sigv4", "azure"]
    """`none`, `basic`, `bearer`, `tls` (client certificate), `sigv4` (AWS) or `azure`
    (Microsoft Entra ID).
    """
    username: Input[str]
    """For `basic`: the user name; the password is `prometheus_password`."""
    client_certificate: Input[str]
    """For `tls`: the PEM client certificate; its key is `prometheus_tls_client_key`."""
    region: Input[str]
    """For `sigv4`: the AWS region."""
    source: Literal[
        "default",
        "keys",
        "credentials",
        "ec2_iam_role",
        "workspace-iam-role",
        "grafana_assume_role",
        "msi",
        "workloadidentity",
        "clientsecret",
    ]
    """The source of the credentials. For `sigv4`: `default` (the AWS SDK's chain), `keys`,
    `credentials` (a profile), `ec2_iam_role`, `workspace-iam-role` (in Amazon Managed
    Grafana) or `grafana_assume_role` (in Grafana Cloud); by default `default`. For `azure`:
    `msi` (managed identity), `workloadidentity` or `clientsecret`; by default `msi`.
    """
    profile: Input[str]
    """For `sigv4` with `credentials`: the profile's name."""
    assume_role_arn: Input[str]
    """For `sigv4`: the ARN of a role to assume; required with `grafana_assume_role`."""
    external_id: Input[str]
    """For `sigv4`: the external ID of the role to assume."""
    tenant_id: Input[str]
    """For `azure`: the ID of the directory (tenant); required with `clientsecret`."""
    client_id: Input[str]
    """For `azure`: the ID of the application (client); required with `clientsecret`, whose
    secret is `prometheus_azure_client_secret`.
    """
    cloud: str
    """For `azure` with `clientsecret`: `AzureCloud`, `AzureChinaCloud`, `AzureUSGovernment` or
    another that Grafana knows; by default `AzureCloud`.
    """


class PrometheusArgs(TypedDict, total=False):
    """The Prometheus data source; either `url` or `existing_uid`."""

    url: Input[str]
    """Address of the Prometheus server, as Grafana reaches it."""
    existing_uid: Input[str]
    """UID of an existing data source to use, instead of creating one."""
    name: Input[str]
    """Name; by default `LiteLLM Prometheus (<identity>)`."""
    uid: str
    """UID; by default `litellm-<identity>-prometheus`."""
    scrape_interval: str
    """Prometheus's scrape interval for LiteLLM; the shortest step of any query."""
    query_timeout: str
    """Timeout of a query."""
    http_method: Literal["POST", "GET"]
    """`POST`, or `GET` if a proxy in between does not allow `POST`."""
    type: Literal["Prometheus", "Mimir", "Thanos", "Cortex", "VictoriaMetrics"]
    """The server: `Prometheus`, `Mimir`, `Thanos`, `Cortex` or `VictoriaMetrics`."""
    plugin: Literal[
        "prometheus",
        "grafana-amazonprometheus-datasource",
        "grafana-azureprometheus-datasource",
    ]
    """The Grafana plugin that asks the server: `prometheus`, Grafana's own, or for `auth.type:
    sigv4` `grafana-amazonprometheus-datasource`, and for `azure`
    `grafana-azureprometheus-datasource`, which Grafana 13.1 and newer require;
    `docs/deploying.md` says what each Grafana takes.
    """
    tenant: Input[str]
    """Tenant, sent as the header `X-Scope-OrgID`."""
    ca_certificate: Input[str]
    """PEM certificate of the authority that signed the server's certificate; by default the
    system's authorities.
    """
    server_name: Input[str]
    """Host name expected in the server's certificate; by default that of `url`."""
    headers: Mapping[str, Input[str]]
    """Additional HTTP headers without secrets."""
    exemplars: Sequence[ExemplarArgs]
    """Where to find the traces of exemplars."""
    auth: AuthArgs
    """How Grafana authenticates at the server."""


class KubernetesArgs(TypedDict, total=False):
    """The Kubernetes workload that runs LiteLLM: adds the row *Pods* and alerts on its pods,
    from kube-state-metrics and cAdvisor.
    """

    namespace: Required[Input[str]]
    """Namespace of the pods."""
    workload: Required[str]
    """Name of the Deployment or StatefulSet."""
    container: Input[str]
    """Name of the container that runs LiteLLM, to leave out others in the pod; by default all
    containers.
    """
    autoscaler: Input[str]
    """Name of the HorizontalPodAutoscaler; by default that of the workload."""
    selector: str
    """PromQL label matchers for the series of kube-state-metrics and cAdvisor, e.g.
    `cluster="eu-1"`; `selector` does not apply to them.
    """


class LiteLLMArgs(TypedDict, total=False):
    """Settings of LiteLLM that objectives depend on, and where its metrics are."""

    latency_buckets: Sequence[float]
    """Bucket bounds of LiteLLM's latency histograms in seconds: the list in
    `litellm_settings.prometheus_latency_buckets`, without infinity. By default LiteLLM's
    own, or for a team those of the component, together with its `within` where an objective
    has none. LiteLLM before 1.83.7 has other bounds; `check` lists them.
    """


class LabelArgs(TypedDict, total=False):
    """A label that you have LiteLLM add to its metrics; exactly one of `metadata`, `tag` and
    `opt_in`.
    """

    metadata: str
    """Entry of `litellm_settings.custom_prometheus_metadata_labels`, as it stands there:
    `metadata.cost_center` is the label `metadata_cost_center` in Prometheus.
    """
    tag: str
    """Entry of `litellm_settings.custom_prometheus_tags`, as it stands there: `batch` is the
    label `tag_batch` in Prometheus, which is `true` or `false`.
    """
    opt_in: Literal["stream", "input_sequence_length", "rate_limit_category", "rate_limit_type"]
    """Label that LiteLLM has only if you ask for it: `stream` (`prometheus_emit_stream_label`),
    `input_sequence_length` (`prometheus_emit_input_sequence_length_label`),
    `rate_limit_category` or `rate_limit_type` (`prometheus_emit_rate_limit_labels`).
    """
    title: str
    """What it is called in variables and titles, in at most 28 characters; by default made from
    its name.
    """
    in_alerts: bool
    """Whether alerts that can be told apart by it carry it, for routing; `docs/labels.md` lists
    them.
    """


class LatencyObjectiveArgs(TypedDict, total=False):
    """How long answers may take."""

    within: float
    """Seconds; one of LiteLLM's bucket bounds (`litellm.latency_buckets`). The default is a
    minute: few people wait longer.
    """
    share: float
    """Percentage of answers that must not take longer."""


class FirstTokenObjectiveArgs(TypedDict, total=False):
    """How late a streamed answer may begin."""

    within: float
    """Seconds; one of LiteLLM's bucket bounds (`litellm.latency_buckets`). The default is ten:
    after that, people turn to something else.
    """
    share: float
    """Percentage of streamed answers that must not begin later."""


class ObjectiveArgs(TypedDict, total=False):
    """The objectives (SLOs) against which errors and latency are measured."""

    availability: float
    """Percentage of requests that must succeed; client errors count as successes."""
    window: str
    """Time window of the objectives."""
    latency: LatencyObjectiveArgs
    """How long answers may take."""
    first_token: FirstTokenObjectiveArgs
    """How late a streamed answer may begin."""


class LinkArgs(TypedDict, total=False):
    """A link at the top of every dashboard."""

    title: Required[str]
    """Text of the link."""
    url: Required[Input[str]]
    """Address to open, in a new tab."""


class DashboardArgs(TypedDict, total=False):
    """Which dashboards to deploy, and how they open."""

    include: Sequence[str]
    """Dashboards to deploy, by slug; by default all, or for a team those that can be limited to
    one team.
    """
    without_features: Sequence[
        Literal[
            "admission",
            "batches",
            "cache",
            "cleanup",
            "customers",
            "database",
            "federation",
            "guardrails",
            "health-checks",
            "ledger",
            "lens",
            "mcp",
            "media",
            "organizations",
            "projects",
            "provider-budgets",
            "provider-limits",
            "redis",
            "services",
        ]
    ]
    """Features of LiteLLM that you do not use; their rows are left out: `admission`, `batches`,
    `cache`, `cleanup`, `customers`, `database`, `federation`, `guardrails`, `health-checks`,
    `ledger`, `lens`, `mcp`, `media`, `organizations`, `projects`, `provider-budgets`,
    `provider-limits`, `redis` or `services`.
    """
    uids: Mapping[str, str]
    """UIDs by slug; by default `litellm-<identity>-<slug>`."""
    adopt: bool
    """Take over existing dashboards with the same UID, such as those imported by hand: they are
    overwritten, and the default UID is that of LiteLLM's own JSON.
    """
    editable: bool
    """Allow editing the dashboards in Grafana; the next deployment overwrites saved changes."""
    refresh: str
    """Auto-refresh interval of an open dashboard, e.g. `30s`, at least `5s`; by default none."""
    time_from: str
    """Start of the default time range; *Adoption* has its own."""
    time_to: str
    """End of the default time range."""
    timezone: str
    """`browser`, `utc` or an IANA time zone."""
    tags: Sequence[str]
    """Additional tags, besides `litellm` and `environment:<environment>`."""
    links: Sequence[LinkArgs]
    """Links at the top of every dashboard."""


class RequestsArgs(TypedDict, total=False):
    """Where requests are kept."""

    title: str
    """Text of the link."""
    url: Required[str]
    """Address, with the placeholders `${team}`, `${key}`, `${model}`, `${from}` and `${to}`."""


class LinksArgs(TypedDict, total=False):
    """Links from numbers to what they are made of."""

    requests: str | Sequence[RequestsArgs]
    """Where the requests are kept that panels and alerts count, such as a tracing system: an
    address, or a list of titles and addresses. `docs/links.md` has examples. By default, for
    a team, those of the component.
    """


class RuleArgs(TypedDict, total=False):
    """How recording rules and alert rules are evaluated."""

    interval: str
    """Evaluation interval. A shorter one costs Prometheus more, whether or not anybody looks; a
    longer one delays alerts.
    """
    record: Sequence[
        Literal[
            "requests",
            "latency",
            "deployments",
            "spend",
            "keys",
            "limits",
            "tools",
        ]
    ]
    """Rule groups to record: `requests`, `latency`, `deployments`, `spend`, `keys`, `limits`
    and `tools`; by default all.
    """
    recorded_by: str
    """Stack whose recorded series to read, instead of recording the same again; by default, for
    a team, the component if it records.
    """
    target_uid: Input[str]
    """For `recording_rules: grafana`: UID of the data source to write recorded series to; by
    default the stack's own, which must accept remote writes.
    """


class EmailArgs(TypedDict, total=False):
    """An email to each address."""

    addresses: Required[Sequence[Input[str]]]
    """Email addresses."""


class SlackArgs(TypedDict, total=False):
    """A message in a channel, by `alerts_slack_url` or `alerts_slack_token`."""

    channel: Input[str]
    """Channel; required with `alerts_slack_token`. An incoming webhook has its own."""
    mention: Input[str]
    """IDs of users to mention, separated by commas."""


class PagerDutyArgs(TypedDict, total=False):
    """An incident, by `alerts_pager_duty_key`."""

    client_url: Input[str]
    """Address that the incident links to."""


class MicrosoftTeamsArgs(TypedDict, total=False):
    """A card in a channel of Microsoft Teams, by `alerts_teams_url`."""

    section_title: Input[str]
    """Title of the card's section."""


class WebhookArgs(TypedDict, total=False):
    """A request to an address, with `alerts_webhook_token` as bearer token, or as `username`
    with `alerts_webhook_password`, or neither.
    """

    url: Required[Input[str]]
    """Address that receives Grafana's JSON."""
    username: Input[str]
    """User name; the password is `alerts_webhook_password`."""


class ContactPointArgs(TypedDict, total=False):
    """Where notifications go; either `existing` or one or more of the others."""

    existing: Input[str]
    """Name of an existing contact point to use, instead of creating one."""
    email: EmailArgs
    """By email."""
    slack: SlackArgs
    """To Slack; `{}` is enough with an incoming webhook."""
    pagerduty: PagerDutyArgs
    """To PagerDuty; `{}` is enough."""
    teams: MicrosoftTeamsArgs
    """To Microsoft Teams; `{}` is enough."""
    webhook: WebhookArgs
    """To your own webhook."""


class MuteTimingArgs(TypedDict, total=False):
    """A time at which alerts do not notify."""

    name: Required[str]
    """Name; in Grafana, the stack's name is added to it."""
    severities: Sequence[Literal["critical", "warning"]]
    """Severities to mute: `critical` or `warning`."""
    weekdays: Sequence[str]
    """Days of the week, such as `saturday` or `monday:friday`; by default all."""
    start: str
    """Start time on each day, such as `22:00`; by default midnight."""
    end: str
    """End time on each day, later than `start`, at most `24:00`."""
    location: str
    """IANA time zone."""


class AlertOverrideArgs(TypedDict, total=False):
    """Changes to one alert."""

    enabled: bool
    """Whether the alert is enabled; `docs/alerts.md` lists the defaults."""
    thresholds: Mapping[str, float]
    """Thresholds by name; `docs/alerts.md` lists the names and defaults."""
    for_: str
    """How long the condition must hold before the alert fires."""
    keep_firing_for: str
    """How long the alert keeps firing after the condition no longer holds."""
    severity: Literal["critical", "warning"]
    """`critical` or `warning`."""


class AlertArgs(TypedDict, total=False):
    """Which alerts to deploy, and whom they notify."""

    managed_by: Literal["off", "grafana", "prometheus"]
    """What evaluates alerts: `grafana`, `prometheus` with the rule files that `render` writes,
    or `off`.
    """
    contact_point: ContactPointArgs
    """Where Grafana sends notifications; by default, for a team, its `contact` if that is an
    email address.
    """
    critical_contact_point: Input[str]
    """Name of an existing contact point for critical alerts; by default `contact_point`
    receives all alerts.
    """
    group_wait: str
    """How long to wait before the first notification of a group, to collect other alerts."""
    group_interval: str
    """How long to wait before a notification about new alerts of a group."""
    repeat_interval: str
    """How long to wait before a notification is repeated."""
    mute_timings: Sequence[MuteTimingArgs]
    """Times at which alerts of some severities do not notify."""
    daily_spend_limits: Mapping[str, float]
    """US dollars that each team may spend in 24 hours, by team alias; beyond that,
    `LiteLLMTeamDailySpend` fires.
    """
    daily_model_spend_limits: Mapping[str, float]
    """US dollars that each model group may cost in 24 hours, by its name; beyond that,
    `LiteLLMModelDailySpend` fires.
    """
    daily_provider_spend_limits: Mapping[str, float]
    """US dollars that each provider may cost in 24 hours, by its name in LiteLLM, such as
    `openai`; beyond that, `LiteLLMProviderDailySpend` fires.
    """
    editable: bool
    """Allow editing the rules, the contact point, the message template and the mute timings in
    Grafana; the next deployment overwrites saved changes.
    """
    overrides: Mapping[str, AlertOverrideArgs]
    """Changes to single alerts, by name."""
    grafana_url: Input[str]
    """Public address of Grafana, for links in alerts that Prometheus evaluates; by default
    links are paths.
    """
    runbooks: Input[str]
    """Address of a directory with the runbooks, such as that of `docs/runbooks` in your
    repository; by default they are deployed as the dashboard *LiteLLM runbooks*.
    """


class ExportArgs(TypedDict, total=False):
    """What `render --format` writes into files for Kubernetes; `docs/exports.md` has all
    formats.
    """

    namespace: str
    """Namespace of the resources; by default not set. That of a `PrometheusRule` is
    `rules.namespace` if that is set.
    """
    labels: Mapping[str, str]
    """Labels of all resources, besides their own."""
    dashboard_label: str
    """For `config-maps`: label by which the sidecar finds dashboards, as
    `sidecar.dashboards.label` of Grafana's Helm chart.
    """
    label_value: str
    """For `config-maps`: value of these labels, as `sidecar.dashboards.label_value`."""
    data_source_label: str
    """For `config-maps`: the same for data sources, as `sidecar.datasources.label`."""
    alert_label: str
    """For `config-maps`: the same for what alerts, as `sidecar.alerts.label`."""
    folder_annotation: str
    """For `config-maps`: annotation that names the folder, as
    `sidecar.dashboards.folder_annotation`; the default is the sidecar's own.
    """
    instance_selector: Mapping[str, str]
    """For `grafana-operator`: labels of the `Grafana` resources to deploy to; by default
    `dashboards: grafana`. `{}` is all in the namespace.
    """
    secret: str
    """For `grafana-operator`: name of the Kubernetes Secret that holds the stack's secrets; by
    default `litellm-<identity>`.
    """


class MonitoringArgs(TypedDict, total=False):
    """Everything a person can set for one stack."""

    environment: str
    """The environment that the stack monitors; by default the stack's name, or for a team the
    environment of the component.
    """
    team: OneTeamArgs
    """The LiteLLM team that the stack is limited to; by default all teams."""
    folder: FolderArgs
    """The Grafana folder that holds the stack's dashboards."""
    prometheus: PrometheusArgs
    """The Prometheus data source; either `url` or `existing_uid` must be set."""
    prometheus_password: Input[str]
    """Password for `prometheus.auth.type: basic`."""
    prometheus_token: Input[str]
    """Token for `prometheus.auth.type: bearer`."""
    prometheus_tls_client_key: Input[str]
    """PEM key for `prometheus.auth.type: tls`."""
    prometheus_sig_v4_access_key: Input[str]
    """AWS access key ID for `prometheus.auth.type: sigv4` with `source: keys`."""
    prometheus_sig_v4_secret_key: Input[str]
    """AWS secret access key for `prometheus.auth.type: sigv4` with `source: keys`."""
    prometheus_azure_client_secret: Input[str]
    """Client secret for `prometheus.auth.type: azure` with `source: clientsecret`."""
    prometheus_secret_headers: Mapping[str, Input[str]]
    """HTTP headers with secret values."""
    selector: str
    """PromQL label matchers added to every query, e.g. `namespace="llm-prod"`."""
    kubernetes: KubernetesArgs
    """The Kubernetes workload that runs LiteLLM; adds the row *Pods* to Proxy internals and
    alerts on its pods, which require kube-state-metrics and cAdvisor. By default none.
    """
    litellm: LiteLLMArgs
    """Settings of LiteLLM that objectives depend on, and where its metrics are."""
    labels: Sequence[LabelArgs]
    """Labels that you have LiteLLM add to its metrics, such as a cost center: each becomes a
    variable and panels; by default none, or for a team those of the component.
    `docs/labels.md` says what they show and cost.
    """
    objective: ObjectiveArgs
    """The objectives (SLOs) against which errors and latency are measured."""
    cost_centers: Mapping[str, str]
    """Cost center of each team, by team alias, for the dashboard *Adoption*; by default those
    in `teams.yaml`.
    """
    dashboards: DashboardArgs
    """Which dashboards to deploy, and how they open."""
    links: LinksArgs
    """Links from numbers to what they are made of."""
    recording_rules: Literal["off", "prometheus", "grafana"]
    """What evaluates recording rules for expensive queries: `prometheus`, with the rule files
    that `render` writes, `grafana`, or `off`; by default `prometheus` if `alerts.managed_by`
    is `prometheus`, since rule files are loaded then anyway. Dashboards and alerts read the
    recorded series.
    """
    rules: RuleArgs
    """How recording rules and alert rules are evaluated."""
    alerts: AlertArgs
    """Which alerts to deploy, and whom they notify."""
    alerts_slack_url: Input[str]
    """Incoming webhook for `alerts.contact_point.slack`."""
    alerts_slack_token: Input[str]
    """Bot token for `alerts.contact_point.slack`, instead of `alerts_slack_url`."""
    alerts_pager_duty_key: Input[str]
    """Integration key for `alerts.contact_point.pagerduty`."""
    alerts_teams_url: Input[str]
    """Incoming webhook for `alerts.contact_point.teams`."""
    alerts_webhook_token: Input[str]
    """Bearer token for `alerts.contact_point.webhook`."""
    alerts_webhook_password: Input[str]
    """Password for `alerts.contact_point.webhook.username`."""
    exports: ExportArgs
    """How files for Kubernetes are written."""
    protect: bool
    """Protect the stack's resources from being deleted or replaced, and the folder as long as
    it is not empty.
    """


class TeamArgs(TypedDict, total=False):
    """A team whose folder lies in that of the component."""

    alias: Required[str]
    """The team's alias in LiteLLM: the value of the label `team_alias`."""
    title: str
    """Display name of the team; by default its alias."""
    contact: str
    """Email or web address of the team."""
    can_edit: bool
    """Allow the team to edit the contents of its folder, not only view them."""
    grafana_team: GrafanaTeamArgs
    """The Grafana team whose members see the folder."""
    name: str
    """What the names of the team's resources carry; by default made from its alias."""
    cost_center: str
    """What its spend is charged to, on the dashboard *Adoption*."""
    settings: MonitoringArgs
    """Further settings of the team; `dashboards` are by default those of the component."""
