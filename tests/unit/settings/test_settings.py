"""Settings: what is accepted, and the one message that names every mistake."""

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_monitoring.dashboards import Feature
from litellm_monitoring.infra.settings.loading.stack import SettingsError, load_settings
from litellm_monitoring.infra.settings.models.stack import SECRET_KEYS, Settings
from litellm_monitoring.signals import Matcher, Operator

URL = {"url": "http://prometheus:9090"}
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def load(config: Mapping[str, Any], secret: set[str] | None = None) -> Settings:
    """Loads settings by key, with the secrecy that they should have unless told."""
    return load_settings(
        {
            key if ":" in key else f"litellm-monitoring:{key}": value
            if isinstance(value, str)
            else json.dumps(value)
            for key, value in config.items()
        },
        {
            f"litellm-monitoring:{key}"
            for key in (SECRET_KEYS & config.keys() if secret is None else secret)
        },
        "litellm-monitoring",
        "dev",
    )


def message(config: Mapping[str, Any], secret: set[str] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as error:
        load(config, secret)
    return str(error.value).splitlines()


EVERYTHING: dict[str, Any] = {
    "environment": "production",
    "team": {
        "alias": "search",
        "title": "Search",
        "contact": "search@example.com",
        "platformStack": "prod",
        "canEdit": True,
        "grafanaTeam": {"name": "Search people", "members": ["a@example.com"]},
    },
    "folder": {
        "title": "LLM",
        "uid": "llm",
        "parentUid": "platform",
        "permissions": [
            {"role": "Editor", "permission": "Edit"},
            {"team": "SRE", "permission": "View"},
        ],
    },
    "prometheus": {
        "url": "https://mimir.example.com/prometheus",
        "name": "Mimir",
        "uid": "mimir",
        "scrapeInterval": "30s",
        "queryTimeout": "2m",
        "httpMethod": "GET",
        "type": "Mimir",
        "plugin": "prometheus",
        "tenant": "llm",
        "caCertificate": PEM,
        "serverName": "mimir.internal",
        "headers": {"X-Source": "grafana"},
        "exemplars": [{"label": "trace_id", "dataSourceUid": "tempo"}],
        "auth": {"type": "basic", "username": "grafana"},
    },
    "prometheusPassword": "hunter2",
    "prometheusSecretHeaders": {"X-Key": "opensesame"},
    "selector": 'namespace="llm-prod", cluster=~"eu-.*"',
    "litellm": {"latencyBuckets": [0.5, 2.0, 10.0, 30.0]},
    "labels": [
        {"metadata": "metadata.cost_center", "title": "Cost center", "inAlerts": True},
        {"tag": "batch", "title": "Batch", "inAlerts": False},
        {"optIn": "stream", "title": "Streamed", "inAlerts": False},
    ],
    "objective": {
        "availability": 99.9,
        "window": "28d",
        "latency": {"within": 30.0, "share": 99.0},
        "firstToken": {"within": 2.0, "share": 90.0},
    },
    "recordingRules": "off",
    "rules": {
        "interval": "30s",
        "record": ["requests", "latency"],
        "recordedBy": "prod",
        "namespace": "monitoring",
        "labels": {"release": "kube-prometheus-stack"},
    },
    "alerts": {
        "managedBy": "grafana",
        "editable": True,
        "contactPoint": {
            "email": {"addresses": ["llm@example.com"]},
            "slack": {"channel": "#llm", "mention": "U1"},
            "pagerduty": {"clientUrl": "https://wiki.example.com"},
            "teams": {"sectionTitle": "LLM"},
            "webhook": {"url": "https://hooks.example.com", "username": "grafana"},
        },
        "criticalContactPoint": "On call",
        "groupWait": "10s",
        "groupInterval": "1m",
        "repeatInterval": "1d",
        "muteTimings": [
            {
                "name": "nights",
                "severities": ["warning"],
                "weekdays": ["monday:friday"],
                "start": "22:00",
                "end": "24:00",
                "location": "Europe/Berlin",
            }
        ],
        "dailySpendLimits": {"search": 100.0},
        "dailyModelSpendLimits": {"gpt-4o": 50.0},
        "dailyProviderSpendLimits": {"openai": 200.0},
        "overrides": {
            "LiteLLMProxyDown": {
                "enabled": False,
                "thresholds": {"up": 1.0},
                "for": "5m",
                "keepFiringFor": "0s",
                "severity": "warning",
            }
        },
        "grafanaUrl": "https://grafana.example.com",
        "runbooks": "https://git.example.com/llm/docs/runbooks",
    },
    "alertsSlackToken": "xoxb-1",
    "alertsPagerDutyKey": "pd",
    "alertsTeamsUrl": "https://teams.example.com/hook",
    "alertsWebhookPassword": "letmein",
    "costCenters": {"search": "CC-1", "Ads & Ranking": "4711"},
    "dashboards": {
        "include": ["prod-v2"],
        "withoutFeatures": ["mcp", "provider-budgets"],
        "uids": {"prod-v2": "mine"},
        "adopt": True,
        "editable": True,
        "refresh": "30s",
        "timeFrom": "now-24h",
        "timeTo": "now-1m",
        "timezone": "Europe/Berlin",
        "tags": ["llm"],
        "links": [{"title": "Runbook", "url": "https://wiki.example.com/llm"}],
    },
    "links": {"requests": [{"title": "Traces", "url": "https://traces.example.com/?t=${team}"}]},
    "exports": {
        "namespace": "monitoring",
        "labels": {"team": "llm"},
        "dashboardLabel": "dashboard",
        "labelValue": "yes",
        "dataSourceLabel": "data-source",
        "alertLabel": "alert",
        "folderAnnotation": "grafana_folder",
        "instanceSelector": {"instance": "main"},
        "secret": "litellm-keys",
    },
    "protect": "true",
}


def test_everything_that_can_be_set() -> None:
    loaded = load(EVERYTHING)
    assert loaded.selector == (
        Matcher("namespace", Operator.EQUAL, "llm-prod"),
        Matcher("cluster", Operator.MATCHES, "eu-.*"),
    )
    assert loaded.model_dump(
        mode="json", by_alias=True, exclude={"selector", "protect"}, exclude_none=True
    ) == {
        **{key: value for key, value in EVERYTHING.items() if key not in ("selector", "protect")},
        **dict.fromkeys(
            (
                "prometheusPassword",
                "alertsSlackToken",
                "alertsPagerDutyKey",
                "alertsTeamsUrl",
                "alertsWebhookPassword",
            ),
            "**********",
        ),
        "prometheusSecretHeaders": {"X-Key": "**********"},
    }
    assert loaded.protect is True


def test_the_least_that_must_be_set() -> None:
    assert load({"prometheus": URL}).dashboards.time_from == "now-6h"
    assert load({"prometheus": {"existingUid": "mine"}}).prometheus.existing_uid == "mine"
    assert load({"team": {"alias": "search", "platformStack": "prod"}}).prometheus.url is None


EXISTING_DATA_SOURCES: list[dict[str, Any]] = [
    {"prometheus": {"existingUid": "grafanacloud-prom"}},
    {"team": {"alias": "search", "platformStack": "prod"}},
]
NOTIFIED: list[tuple[str, dict[str, Any], str]] = [
    ("slack", {}, "alertsSlackUrl"),
    ("slack", {"channel": "#llm"}, "alertsSlackToken"),
    ("pagerduty", {}, "alertsPagerDutyKey"),
    ("teams", {}, "alertsTeamsUrl"),
    ("webhook", {"url": "https://h"}, "alertsWebhookToken"),
    ("webhook", {"url": "https://h", "username": "me"}, "alertsWebhookPassword"),
]


@pytest.mark.parametrize("source", EXISTING_DATA_SOURCES)
@pytest.mark.parametrize(("kind", "way", "secret"), NOTIFIED)
def test_a_data_source_that_is_there_leaves_the_secrets_of_alerts(
    source: dict[str, Any], kind: str, way: dict[str, Any], secret: str
) -> None:
    alerts = {"managedBy": "grafana", "contactPoint": {kind: way}}
    loaded = load({**source, "alerts": alerts, secret: "hunter2"})
    assert loaded.model_dump(by_alias=True)[secret].get_secret_value() == "hunter2"


@pytest.mark.parametrize("source", EXISTING_DATA_SOURCES)
def test_a_data_source_that_is_there_takes_no_secrets_of_its_own(source: dict[str, Any]) -> None:
    secrets = {
        key: {"X-Key": "hunter2"} if key.endswith("Headers") else "hunter2"
        for key in SECRET_KEYS
        if key.startswith("prometheus")
    }
    lines = message({**source, **secrets})[1:]
    assert [line.split(" = ")[0] for line in lines] == [f"  {key}" for key in sorted(secrets)]


def test_what_pulumi_gives_as_defaults_is_unset() -> None:
    assert load(
        {
            "prometheus": URL,
            "environment": "",
            "folder": {},
            "prometheusPassword": "",
            "prometheusSecretHeaders": {},
            "selector": "",
        },
        secret=set(),
    ) == load({"prometheus": URL})


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load({"prometheus": URL}).protect = True  # type: ignore[misc]


AUTHENTICATED: list[dict[str, Any]] = [
    {"prometheus": {**URL, "auth": {"type": "bearer"}}, "prometheusToken": "t"},
    {
        "prometheus": {**URL, "auth": {"type": "tls", "clientCertificate": PEM}},
        "prometheusTlsClientKey": "k",
    },
    {"prometheus": {**URL, "auth": {"type": "sigv4", "region": "eu-west-1"}}},
    {
        "prometheus": {**URL, "auth": {"type": "sigv4", "region": "eu-west-1", "source": "keys"}},
        "prometheusSigV4AccessKey": "a",
        "prometheusSigV4SecretKey": "s",
    },
    {
        "prometheus": {
            **URL,
            "auth": {
                "type": "sigv4",
                "region": "eu-west-1",
                "source": "credentials",
                "profile": "llm",
                "assumeRoleArn": "arn:aws:iam::1:role/r",
                "externalId": "x",
            },
        }
    },
    *(
        {"prometheus": {**URL, "plugin": plugin, "auth": {"type": "sigv4", "region": "x", **auth}}}
        for plugin in ("prometheus", "grafana-amazonprometheus-datasource")
        for auth in (
            {"source": "workspace-iam-role"},
            {"source": "ec2_iam_role", "assumeRoleArn": "arn:aws:iam::1:role/r"},
            {"source": "grafana_assume_role", "assumeRoleArn": "arn:aws:iam::1:role/r"},
        )
    ),
    *(
        {"prometheus": {**URL, "plugin": plugin, "auth": {"type": "azure", **auth}}}
        for plugin in ("prometheus", "grafana-azureprometheus-datasource")
        for auth in (
            {},
            {"source": "msi"},
            {"source": "workloadidentity"},
            {"source": "workloadidentity", "tenantId": "t", "clientId": "c"},
        )
    ),
    {
        "prometheus": {
            **URL,
            "auth": {
                "type": "azure",
                "source": "clientsecret",
                "tenantId": "t",
                "clientId": "c",
                "cloud": "AzureChinaCloud",
            },
        },
        "prometheusAzureClientSecret": "hunter2",
    },
]


@pytest.mark.parametrize("config", AUTHENTICATED)
def test_ways_to_authenticate(config: dict[str, Any]) -> None:
    assert load(config).prometheus.auth.type == config["prometheus"]["auth"]["type"]


ADVICE_UID = "a Grafana uid has 1 to 40, each a letter, a digit, - or _"
ADVICE_NUMBER = (
    "is a number, which Pulumi's Grafana provider takes for one that folders had before they had "
    "UIDs; use a UID with a letter"
)
ADVICE_NO_TEAM = "is what LiteLLM writes for keys without a team, so that it names no team"
ADVICE_URL = "not a web address; write it like https://prometheus.example.com:9090"
ADVICE_DURATION = "not a duration; write it like 15s, 1m or 2h"
ADVICE_ALONE = 'must contain only label matchers, like namespace="llm-prod"'
EXISTING = "remove it; prometheus.existingUid names a data source that has its own"

MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"foldr": {}}, "foldr: no such key; did you mean folder?"),
    ({"folder": {"titel": "x"}}, "folder.titel: no such key; did you mean title?"),
    (
        {"folder": {"colour": "x"}},
        "folder.colour: no such key; valid keys: title, uid, parentUid, existingUid, permissions",
    ),
    ({"folder": "LLM"}, "folder: must be a mapping of keys to values"),
    ({"folder": {"title": " "}}, 'folder.title = " ": must be one line of non-blank text'),
    ({"folder": {"title": ["7"]}}, "folder.title: must be text"),
    ({"folder": {"uid": "a" * 41}}, f'folder.uid = "{"a" * 41}": has 41 characters; {ADVICE_UID}'),
    ({"folder": {"uid": "a b"}}, f'folder.uid = "a b": has 3 characters; {ADVICE_UID}'),
    (
        {"folder": {"existingUid": "x", "title": "T"}},
        'folder.title = "T": remove it; folder.existingUid names a folder that has its own',
    ),
    (
        {"folder": {"existingUid": "x", "permissions": []}},
        "folder.permissions: remove it; folder.existingUid names a folder that has its own",
    ),
    (
        {"folder": {"permissions": [{"permission": "View"}]}},
        "folder.permissions.0: set one of role, team and teamId",
    ),
    (
        {"folder": {"permissions": [{"role": "Admin"}]}},
        "folder.permissions.0.role = \"Admin\": must be one of 'Viewer' or 'Editor'",
    ),
    ({"team": {"title": "T"}}, "team.alias: must be set"),
    ({"team": {"alias": {}}}, "team.alias: must be text"),
    ({"team": {"alias": ""}}, f'team.alias = "": {ADVICE_NO_TEAM}'),
    ({"team": {"alias": "None"}}, f'team.alias = "None": {ADVICE_NO_TEAM}'),
    (
        {"team": {"alias": "a\0"}},
        'team.alias = "a\\u0000": contains a character that is not valid text; Grafana cannot '
        "store it",
    ),
    *(
        (
            {"team": {"alias": alias}},
            f"team.alias = {json.dumps(alias)}: has several lines and begins with a tab or an "
            "empty line, which Pulumi's configuration cannot store; change the team's alias in "
            "LiteLLM",
        )
        for alias in ("\ta\n", "\na", "\u2028a\nb")
    ),
    (
        {"team": {"alias": "a", "contact": "Ann"}},
        'team.contact = "Ann": neither an email nor a web address; write it like team@example.com',
    ),
    (
        {"team": {"alias": "a", "platformStack": "a/b"}},
        'team.platformStack = "a/b": '
        "not a stack name; write it like prod, or like organization/project/prod for a stack of "
        "another project",
    ),
    (
        {"team": {"alias": "a", "grafanaTeam": {"existingName": "A", "name": "B"}}},
        'team.grafanaTeam.name = "B": remove it; team.grafanaTeam.existingName names a team '
        "that has its own",
    ),
    (
        {"team": {"alias": "a", "grafanaTeam": {"existingName": "A", "existingId": "1"}}},
        'team.grafanaTeam.existingId = "1": remove it; team.grafanaTeam.existingName names a team '
        "that has its own",
    ),
    (
        {"team": {"alias": "a"}, "folder": {"existingUid": "x"}},
        'folder.existingUid = "x": '
        "a team has its own folder; remove it, or set folder.parentUid to the folder that should "
        "contain it",
    ),
    (
        {"team": {"alias": "a", "platformStack": "prod"}, "prometheus": {"tenant": "a"}},
        'prometheus.tenant = "a": '
        "remove it, since the team uses the data source of team.platformStack; or set "
        "prometheus.url too, which creates a data source for the team",
    ),
    (
        {"prometheus": {"url": "prometheus:9090"}},
        f'prometheus.url = "prometheus:9090": {ADVICE_URL}',
    ),
    ({"prometheus": {"url": "http://"}}, f'prometheus.url = "http://": {ADVICE_URL}'),
    ({"prometheus": {"url": "http://x:99999"}}, f'prometheus.url = "http://x:99999": {ADVICE_URL}'),
    (
        {"prometheus": {"url": "https://me:hunter2@x"}},
        'prometheus.url = "…@x": contains a user name or password; remove them and set '
        "prometheus.auth instead",
    ),
    (
        {"prometheus": {**URL, "existingUid": "x"}},
        f'prometheus.url = "http://prometheus:9090": {EXISTING}',
    ),
    (
        {"prometheus": {"existingUid": "x"}, "prometheusPassword": "hunter2"},
        f"prometheusPassword = (secret): {EXISTING}",
    ),
    (
        {"prometheus": {}},
        "prometheus: set prometheus.url to the server's address, or prometheus.existingUid to the "
        "UID of an existing data source",
    ),
    (
        {"prometheus": {**URL, "scrapeInterval": "15"}},
        f'prometheus.scrapeInterval = "15": {ADVICE_DURATION}',
    ),
    (
        {"prometheus": {**URL, "queryTimeout": "soon"}},
        f'prometheus.queryTimeout = "soon": {ADVICE_DURATION}',
    ),
    (
        {"prometheus": {**URL, "type": "InfluxDB"}},
        "prometheus.type = \"InfluxDB\": must be one of 'Prometheus', 'Mimir', 'Thanos', 'Cortex' "
        "or 'VictoriaMetrics'",
    ),
    (
        {"prometheus": {**URL, "caCertificate": "MIIB"}},
        'prometheus.caCertificate = "MIIB": not a PEM certificate; it begins with -----BEGIN '
        "CERTIFICATE-----",
    ),
    (
        {"prometheus": {**URL, "headers": {"Authorization": "Bearer hunter2"}}},
        "prometheus.headers.Authorization: contains a credential; set it as a secret in "
        "prometheusSecretHeaders",
    ),
    (
        {"prometheus": {**URL, "tenant": "a", "headers": {"x-scope-orgid": "b"}}},
        "prometheus.headers.x-scope-orgid: remove it; prometheus.tenant sets this header already",
    ),
    (
        {"prometheus": {**URL, "exemplars": [{"label": "id"}]}},
        "prometheus.exemplars.0: set either dataSourceUid or url",
    ),
    (
        {"prometheus": {**URL, "exemplars": [{"url": "http://x"}]}},
        "prometheus.exemplars.0.label: must be set",
    ),
    ({"prometheus": {**URL, "exemplars": {}}}, "prometheus.exemplars: must be a list"),
    (
        {"prometheus": {**URL, "auth": {"type": "basic"}}, "prometheusPassword": "x"},
        "prometheus.auth.username: required by prometheus.auth.type: basic",
    ),
    (
        {"prometheus": {**URL, "auth": {"type": "basic", "username": "x"}}},
        "prometheusPassword: required by prometheus.auth.type: basic; set it with: pulumi config "
        "set --secret prometheusPassword",
    ),
    (
        {"prometheus": {**URL, "auth": {"type": "bearer", "region": "x"}}, "prometheusToken": "x"},
        'prometheus.auth.region = "x": not used by prometheus.auth.type: bearer; remove it',
    ),
    (
        {
            "prometheus": {**URL, "auth": {"type": "sigv4", "region": "x"}},
            "prometheusSigV4AccessKey": "x",
        },
        "prometheusSigV4AccessKey = (secret): not used by prometheus.auth.type: sigv4; remove it",
    ),
    (
        {
            "prometheus": {**URL, "auth": {"type": "sigv4", "source": "keys", "region": "x"}},
            "prometheusSigV4AccessKey": "x",
        },
        "prometheusSigV4SecretKey: required by prometheus.auth.source: keys; set it with: pulumi "
        "config set --secret prometheusSigV4SecretKey",
    ),
    (
        {"prometheus": {**URL, "auth": {"type": "sigv4", "source": "msi", "region": "x"}}},
        'prometheus.auth.source = "msi": prometheus.auth.type: sigv4 has default, keys, credentials, '
        "ec2_iam_role, workspace-iam-role or grafana_assume_role",
    ),
    (
        {
            "prometheus": {
                **URL,
                "auth": {"type": "sigv4", "source": "grafana_assume_role", "region": "x"},
            }
        },
        "prometheus.auth.assumeRoleArn: required by prometheus.auth.source: grafana_assume_role",
    ),
    (
        {"prometheus": {**URL, "auth": {"type": "azure", "source": "keys"}}},
        'prometheus.auth.source = "keys": prometheus.auth.type: azure has msi, workloadidentity or '
        "clientsecret",
    ),
    (
        {"prometheus": {**URL, "auth": {"type": "azure", "clientId": "c"}}},
        'prometheus.auth.clientId = "c": not used by prometheus.auth.type: azure; remove it',
    ),
    (
        {
            "prometheus": {
                **URL,
                "auth": {"type": "azure", "source": "clientsecret", "tenantId": "t"},
            },
            "prometheusAzureClientSecret": "x",
        },
        "prometheus.auth.clientId: required by prometheus.auth.source: clientsecret",
    ),
    (
        {
            "prometheus": {**URL, "auth": {"type": "bearer", "source": "msi"}},
            "prometheusToken": "x",
        },
        'prometheus.auth.source = "msi": not used by prometheus.auth.type: bearer; remove it',
    ),
    (
        {"prometheus": {**URL, "plugin": "grafana-amazonprometheus-datasource"}},
        'prometheus.plugin = "grafana-amazonprometheus-datasource": it authenticates by '
        "prometheus.auth.type: sigv4 alone",
    ),
    (
        {
            "prometheus": {
                **URL,
                "plugin": "grafana-azureprometheus-datasource",
                "auth": {"type": "sigv4", "region": "x"},
            }
        },
        'prometheus.plugin = "grafana-azureprometheus-datasource": it authenticates by '
        "prometheus.auth.type: azure alone",
    ),
    (
        {"prometheus": {**URL, "plugin": "loki"}},
        "prometheus.plugin = \"loki\": must be one of 'prometheus', "
        "'grafana-amazonprometheus-datasource' or 'grafana-azureprometheus-datasource'",
    ),
    (
        {"prometheus": URL, "prometheusToken": "hunter2"},
        "prometheusToken = (secret): not used by prometheus.auth.type: none; remove it",
    ),
    (
        {"prometheus": URL, "selector": "namespace="},
        'selector = "namespace=": not PromQL label matchers (invalid promql query); '
        'write them like namespace="llm-prod", cluster=~"eu-.*"',
    ),
    (
        {"prometheus": URL, "selector": 'a="b"} or vector(1) or {c="d"'},
        f'selector = "a=\\"b\\"}} or vector(1) or {{c=\\"d\\"": {ADVICE_ALONE}',
    ),
    (
        {"prometheus": URL, "selector": 'a="b" or c="d"'},
        f'selector = "a=\\"b\\" or c=\\"d\\"": {ADVICE_ALONE}',
    ),
    (
        {"prometheus": URL, "dashboards": {"include": ["prod-v3"]}},
        'dashboards.include.0 = "prod-v3": not a dashboard; valid values: overview, traffic, '
        "latency, "
        "models, spend, budgets, objectives, adoption, features, internals, team-overview, prod-v2",
    ),
    (
        {
            "team": {"alias": "search", "platformStack": "prod"},
            "dashboards": {"include": ["team-overview", "models"]},
        },
        "dashboards.include: models cannot be limited to a team; dashboards for teams: "
        "objectives, adoption, team-overview, prod-v2",
    ),
    (
        {"prometheus": URL, "dashboards": {"withoutFeatures": ["mpc"]}},
        'dashboards.withoutFeatures.0 = "mpc": must be one of '
        + ", ".join(f"'{feature}'" for feature in Feature if feature != "services")
        + " or 'services'",
    ),
    (
        {"prometheus": URL, "objective": {"availability": 100}},
        "objective.availability = 100: must be more than 0 and less than 100, such as 99.5",
    ),
    (
        {"prometheus": URL, "objective": {"window": "a month"}},
        f'objective.window = "a month": {ADVICE_DURATION}',
    ),
    (
        {"prometheus": URL, "dashboards": {"include": ["prod-v2", "prod-v2"]}},
        "dashboards.include: contains prod-v2 twice, which would give two dashboards the same UID",
    ),
    (
        {"prometheus": URL, "dashboards": {"refresh": "often"}},
        f'dashboards.refresh = "often": {ADVICE_DURATION}',
    ),
    *(
        (
            {"prometheus": URL, "dashboards": {"refresh": refresh}},
            f'dashboards.refresh = "{refresh}": too short; Grafana takes 5s or longer',
        )
        for refresh in ("1s", "4s", "4999ms")
    ),
    *(
        ({"folder": {key: uid}}, f'folder.{key} = "{uid}": {advice}')
        for key in ("uid", "existingUid")
        for uid, advice in (
            ("0", ADVICE_NUMBER),
            ("-12", ADVICE_NUMBER),
            ("general", "is the UID of a folder of Grafana's own; use another"),
            ("sharedwithme", "is the UID of a folder of Grafana's own; use another"),
        )
    ),
    (
        {"folder": {"uid": "a", "parentUid": "a"}},
        'folder.parentUid = "a": a folder cannot be inside itself; use another',
    ),
    (
        {"folder": {"uid": "litellm-dev-spend"}},
        'folder.uid = "litellm-dev-spend": the dashboard spend also has the UID litellm-dev-spend; '
        "a UID belongs to one alone",
    ),
    (
        {"folder": {"existingUid": "llm"}, "dashboards": {"uids": {"spend": "llm"}}},
        'dashboards.uids.spend = "llm": the folder also has the UID llm; a UID belongs to one alone',
    ),
    (
        {"dashboards": {"uids": {"spend": "litellm-dev-runbooks"}}},
        'dashboards.uids.spend = "litellm-dev-runbooks": the dashboard of runbooks also has the UID '
        "litellm-dev-runbooks; a UID belongs to one alone",
    ),
    (
        {"prometheus": {**URL, "scrapeInterval": "1500ms"}},
        'prometheus.scrapeInterval = "1500ms": must be whole seconds; write it like 15s, 1m or 2h',
    ),
    *(
        (
            {"alerts": {"overrides": {"LiteLLMProxyDown": {key: "1500ms"}}}},
            f'alerts.overrides.LiteLLMProxyDown.{key} = "1500ms": must be whole seconds; write it '
            "like 15s, 1m or 2h",
        )
        for key in ("for", "keepFiringFor")
    ),
    (
        {"prometheus": {**URL, "scrapeInterval": "5m"}},
        'prometheus.scrapeInterval = "5m": must be at most 4m: Prometheus drops a value after five '
        "minutes",
    ),
    (
        {"objective": {"window": "15251w"}},
        'objective.window = "15251w": longer than Grafana and Prometheus can take, which is 292 '
        "years",
    ),
    (
        {"prometheus": URL, "dashboards": {"timeFrom": "6h"}},
        'dashboards.timeFrom = "6h": not a Grafana time expression; write it like now, now-6h or '
        "now/d",
    ),
    (
        {"prometheus": URL, "dashboards": {"timezone": "Mars/Olympus"}},
        'dashboards.timezone = "Mars/Olympus": not a time zone; use browser, utc or an IANA name '
        "like Europe/Berlin",
    ),
    (
        {"prometheus": URL, "dashboards": {"adopt": "perhaps"}},
        'dashboards.adopt = "perhaps": must be true or false',
    ),
    ({"prometheus": URL, "protect": "perhaps"}, 'protect = "perhaps": must be true or false'),
]


@pytest.mark.parametrize(
    ("config", "advice"), MISTAKES, ids=[advice[:50] for _, advice in MISTAKES]
)
def test_each_mistake_has_its_advice(config: dict[str, Any], advice: str) -> None:
    assert message({"prometheus": URL, **config}) == [
        "1 setting needs correction in the configuration of stack dev:",
        f"  {advice}",
    ]


@pytest.mark.parametrize("duration", ["0s", "-1m", "1h30m", "1.5m", "15 s", "15S", "\u0661s", ""])
def test_durations_that_grafana_does_not_take(duration: str) -> None:
    prometheus = {**URL, "scrapeInterval": duration}
    assert message({"prometheus": prometheus})[1:] == [
        f'  prometheus.scrapeInterval = "{duration}": {ADVICE_DURATION}'
    ]


def test_the_address_of_grafana_is_checked_too() -> None:
    assert message({"prometheus": URL, "grafana:url": "grafana:3000"})[1:] == [
        f'  grafana:url = "grafana:3000": {ADVICE_URL}'
    ]
    assert "hunter2" not in "".join(
        message({"prometheus": URL, "grafana:url": "http://me:hunter2@g"})
    )
    assert load({"prometheus": URL, "grafana:url": "http://grafana:3000"})


def test_a_misspelt_namespace_is_named_and_others_are_left_alone() -> None:
    assert message({"prometheus": URL, "litellm-monitor:protect": "true"})[1:] == [
        "  litellm-monitor:protect: no such key; did you mean litellm-monitoring:protect?"
    ]
    assert load({"prometheus": URL, "aws:region": "eu-west-1", "pulumi:tags": "{}"})


def test_credentials_must_be_secrets() -> None:
    lines = message(
        {
            "prometheus": {**URL, "auth": {"type": "basic", "username": "x"}},
            "prometheusPassword": "hunter2",
            "prometheusSecretHeaders": {"X-Key": "hunter2"},
            "grafana:auth": "hunter2",
        },
        secret=set(),
    )
    assert lines == [
        "3 settings need correction in the configuration of stack dev:",
        "  grafana:auth = (secret): given in plain text; set it with: pulumi config set --secret "
        "grafana:auth",
        "  prometheusPassword = (secret): given in plain text; set it with: pulumi config set "
        "--secret prometheusPassword",
        "  prometheusSecretHeaders = (secret): given in plain text; set it with: pulumi config "
        "set --secret prometheusSecretHeaders",
    ]


def test_what_grafana_holds_in_plain_text_cannot_be_a_secret() -> None:
    lines = message({"prometheus": {"url": "hunter2"}, "protect": "x"}, secret={"prometheus"})
    assert lines[1:] == [
        "  prometheus = (secret): encrypted, but Grafana would store it in plain text; set it "
        "without --secret"
    ]


def test_all_mistakes_are_named_at_once() -> None:
    config = {
        "folder": {"uid": "a b", "existingUid": "c d"},
        "prometheus": {"url": "x", "existingUid": "y"},
        "selector": "=",
        "prometheusToken": "t",
        "protect": "no way",
        "unknown": "x",
    }
    assert sorted({line.split()[0].rstrip(":") for line in message(config, secret=set())[1:]}) == [
        "folder.existingUid",
        "folder.uid",
        "prometheus.url",
        "prometheusToken",
        "protect",
        "selector",
        "unknown",
    ]


def test_the_value_of_an_unknown_key_is_not_shown() -> None:
    assert "hunter2" not in "\n".join(message({"prometheus": URL, "prometheusPasword": "hunter2"}))


def test_what_a_terminal_would_act_upon_is_escaped() -> None:
    lines = message({"prometheus": URL, "environment": "a\x85b\x1b[31m\ud800"})
    assert lines[1:] == [
        '  environment = "a\\u0085b\\u001b[31m\\ud800": must be one line of non-blank text'
    ]


@pytest.mark.parametrize(
    "url", ["http://me:hunter2/x@host", "me:hunter2@host:9090", "http://me:hunter2@", "//hunter2@x"]
)
def test_no_password_in_an_address_is_shown(url: str) -> None:
    (line,) = message({"prometheus": {"url": url}})[1:]
    assert line.startswith('  prometheus.url = "…@')
    assert "hunter2" not in line


def test_nor_in_an_address_that_stands_where_none_belongs() -> None:
    config = {
        "prometheus": {**URL, "type": "http://me:hunter2@host"},
        "selector": "http://me:hunter2@h",
    }
    lines = message(config)[1:]
    assert [line.partition(":")[0] for line in lines] == [
        '  prometheus.type = "…@host"',
        '  selector = "…@h"',
    ]
    assert "hunter2" not in "".join(lines)


def test_long_values_are_cut() -> None:
    (line,) = message({"prometheus": {"url": "x" * 1000}})[1:]
    assert line == f'  prometheus.url = "{"x" * 58}…: {ADVICE_URL}'


TEXTS = [
    "environment",
    "team.alias",
    "team.title",
    "team.grafanaTeam.name",
    "team.grafanaTeam.existingName",
    "folder.title",
    "folder.parentUid",
    "prometheus.name",
    "prometheus.uid",
    "prometheus.existingUid",
    "prometheus.tenant",
    "prometheus.serverName",
    "prometheus.headers.X-Source",
    "prometheus.auth.username",
    "prometheusSecretHeaders.X-Key",
    "rules.namespace",
    "rules.labels.release",
    "alerts.contactPoint.existing",
    "alerts.criticalContactPoint",
    "dashboards.uids.spend",
]
"""Settings that are any text, or any of letters and digits."""


def with_what_it_needs(path: str, value: object) -> dict[str, Any]:
    """Settings with ``value`` at ``path`` that can be used."""
    needed: dict[str, dict[str, Any]] = {
        "team": {"team": {"alias": "search"}},
        "prometheus.auth": {
            "prometheus": {"auth": {"type": "basic"}},
            "prometheusPassword": "hunter2",
        },
    }
    found: dict[str, Any] = {} if path == "prometheus.existingUid" else {"prometheus": {**URL}}
    for prefix, config in needed.items():
        if path.startswith(prefix):
            merge(found, config)
    merge(found, at(path, value))
    if path == "team.alias":
        found.setdefault("team", {})
    return found


def merge(into: dict[str, Any], config: Mapping[str, Any]) -> None:
    """Adds ``config`` to what is there, level by level."""
    for key, value in config.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = copy.deepcopy(value)


def held(loaded: Settings, path: str) -> object:
    value: Any = loaded.model_dump(by_alias=True)
    for part in path.split("."):
        value = value[part]
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize(
    ("value", "text"),
    [(1234567, "1234567"), (-5, "-5"), (0, "0"), (True, "true"), (False, "false")],
)
def test_text_that_pulumi_keeps_as_a_number_or_truth_value(
    path: str, value: object, text: str
) -> None:
    assert held(load(with_what_it_needs(path, value)), path) == text


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (1.5, "a number to YAML, which changes how it looks; write it in quotes"),
        (2**63, "a number to YAML, which changes how it looks; write it in quotes"),
        (
            "2024-01-01 00:00:00 +0000 UTC",
            "a date to YAML, which changes how it looks; write it in quotes",
        ),
    ],
)
def test_text_that_may_have_looked_otherwise(path: str, value: object, advice: str) -> None:
    if path == "environment" and not isinstance(value, str):
        pytest.skip("Pulumi keeps all that is no object as text")
    (line,) = message(with_what_it_needs(path, value))[1:]
    assert line.startswith(f"  {path}")
    assert line.endswith(f": {advice}")
    assert ("1.5" in line) == (value == 1.5 and "eaders" not in path)


def at(path: str, value: object) -> dict[str, Any]:
    """Settings with ``value`` at the dotted ``path``."""
    key, _, rest = path.partition(".")
    return {key: at(rest, value) if rest else value}


def test_a_folders_title_is_kept_as_grafana_keeps_it() -> None:
    assert load({"prometheus": URL, "folder": {"title": " a  b "}}).folder.title == "a  b"


LIMITS = [
    ("folder.title", 189, "a", "Grafana takes at most 189 in the title of a folder"),
    ("folder.title", 189, "é", "Grafana takes at most 189 in the title of a folder"),
    ("dashboards.tags", 50, "a", "Grafana takes at most 50 in a tag"),
    ("team.grafanaTeam.name", 190, "a", "Grafana takes at most 190 in the name of a team"),
    ("prometheus.name", 190, "a", "Grafana takes at most 190 in the name of a data source"),
    ("prometheus.name", 95, "é", "Grafana takes at most 190 in the name of a data source"),
    ("prometheus.auth.username", 255, "a", "Grafana takes at most 255 in the user name of a data "),
    ("prometheus.url", 255, "a", "Grafana takes at most 255 in the address of a data source"),
    ("team.contact", 190, "a", "Grafana takes at most 190 in the email address of a team"),
]
FRAMES = {"prometheus.url": "http://{}", "team.contact": "{}@example.com"}


@pytest.mark.parametrize(("path", "limit", "letter", "advice"), LIMITS)
def test_text_is_as_long_as_grafana_takes_it(
    path: str, limit: int, letter: str, advice: str
) -> None:
    frame = FRAMES.get(path, "{}")
    longest = frame.format(letter * (limit - len(frame) + 2))

    def config(text: str) -> dict[str, Any]:
        found = at(path, [text] if path.endswith("tags") else text)
        if "team" in found:
            found["team"]["alias"] = "search"
        prometheus = {**URL, **found.pop("prometheus", {})}
        if "auth" in prometheus:
            prometheus["auth"]["type"] = "basic"
            found["prometheusPassword"] = "x"
        return {"prometheus": prometheus, **found}

    assert load(config(longest))
    (line,) = message(config(letter + longest if frame == "{}" else longest + "a"))[1:]
    assert advice in line


def paths(value: object, prefix: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [prefix, *(path for key, child in children for path in paths(child, (*prefix, key)))]


odd_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.lists(st.text(), max_size=2),
    st.dictionaries(st.text(), st.text(), max_size=2),
    st.sampled_from(
        ['"} or vector(1) or {a="', "\x00", "a" * 5000, "\ud800", "$(id)", "{}", "[]", "null"]
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_mutation_loads_or_gives_the_one_message(data: st.DataObject) -> None:
    config = copy.deepcopy(EVERYTHING)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in paths(config) if path]))
        parent: Any = config
        for part in path[:-1]:
            parent = parent[part]
        action = data.draw(st.sampled_from(["replace", "delete", "add"]))
        if action == "delete":
            del parent[path[-1]]
        elif action == "add" and isinstance(parent, dict):
            parent[data.draw(st.text())] = data.draw(odd_values)
        else:
            parent[path[-1]] = data.draw(odd_values)
    secret = set(SECRET_KEYS) - set(data.draw(st.lists(st.sampled_from(sorted(SECRET_KEYS)))))
    try:
        load(config, secret)
    except SettingsError as error:
        text = str(error)
        assert "correction in the configuration of stack dev:\n  " in text
        text.encode("utf-8")
        assert all(line.startswith("  ") for line in text.splitlines()[1:])
        assert "hunter2" not in text
        assert "opensesame" not in text
