"""What the program registers, for every shipped stack and for what settings change."""

import json
from typing import Any

import pulumi
import pytest

from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.tools.configuration.stack import config_of
from litellm_monitoring.tools.project import ROOT, stacks
from tests.mocks.conftest import Deploy, Deployed, Resource

URL = '{"url":"http://prometheus:9090"}'


def expected(stack: str, url: str, *, protect: bool, restricted: bool) -> dict[str, Resource]:
    """The resources of a stack that sets nothing else; dashboards' JSON is tested elsewhere."""
    component = f"litellm-{stack}"
    child: dict[str, Any] = {"parent": component, "protect": protect}
    access = f"{component}-access"
    closed = Resource(
        type="grafana:oss/folderPermission:FolderPermission",
        inputs={"folderUid": f"litellm-{stack}", "permissions": []},
        secrets=set(),
        depends_on=[f"{component}-folder"],
        delete_before_replace=True,
        replace_on_changes=["permissions"],
        parent=component,
        protect=False,
    )
    return {
        **({access: closed} if restricted else {}),
        component: Resource(
            type="litellm:monitoring:LiteLLMMonitoring",
            parent=f"litellm-monitoring-{stack}",
            inputs={},
            secrets=set(),
            depends_on=[],
            protect=protect,
            delete_before_replace=False,
        ),
        f"{component}-prometheus": Resource(
            type="grafana:oss/dataSource:DataSource",
            inputs={
                "type": "prometheus",
                "name": f"LiteLLM Prometheus ({stack})",
                "uid": f"litellm-{stack}-prometheus",
                "url": url,
                "basicAuthEnabled": False,
                "jsonDataEncoded": '{"httpMethod":"POST","prometheusType":"Prometheus",'
                '"queryTimeout":"60s","timeInterval":"15s"}',
            },
            secrets=set(),
            depends_on=[],
            delete_before_replace=True,
            **child,
        ),
        f"{component}-folder": Resource(
            type="grafana:oss/folder:Folder",
            inputs={
                "title": f"LiteLLM ({stack})",
                "uid": f"litellm-{stack}",
                "preventDestroyIfNotEmpty": protect,
            },
            secrets=set(),
            depends_on=[],
            delete_before_replace=False,
            **child,
        ),
        **{
            f"{component}-{slug}": Resource(
                type="grafana:oss/dashboard:Dashboard",
                inputs={"folder": f"litellm-{stack}", "overwrite": False},
                secrets=set(),
                depends_on=sorted(
                    [f"{component}-folder", f"{component}-prometheus"]
                    + ([access] if restricted else [])
                ),
                delete_before_replace=False,
                **child,
            )
            for slug in CATALOGUE
        },
    }


def without_models(resources: dict[str, Resource]) -> dict[str, Resource]:
    for resource in resources.values():
        resource.inputs.pop("configJson", None)
    return resources


@pytest.mark.parametrize("stack", stacks())
def test_every_resource_of_every_shipped_stack(deploy: Deploy, stack: str) -> None:
    config, secret_keys = config_of(stack, ROOT)
    config = {key.partition(":")[2]: value for key, value in config.items()}
    deployed = deploy(stack, config, secret_keys)
    models = {
        slug: json.loads(deployed.resources[f"litellm-{stack}-{slug}"].inputs["configJson"])
        for slug in CATALOGUE
    }
    assert {slug: (model["uid"], model["tags"]) for slug, model in models.items()} == {
        slug: (
            f"litellm-{stack}-{slug}",
            ["litellm", f"environment:{stack}", f"litellm-{stack}"],
        )
        for slug in CATALOGUE
    }
    url = json.loads(config["prometheus"])["url"]
    restricted = stack != "dev"
    assert without_models(deployed.resources) == expected(
        stack, url, protect=stack == "prod", restricted=restricted
    )
    assert deployed.outputs == {
        "dashboardUrls": {slug: f"http://grafana/d/litellm-{stack}-{slug}" for slug in CATALOGUE},
        "folderUid": f"litellm-{stack}",
        "folderUrl": f"http://grafana/dashboards/f/litellm-{stack}",
        "dataSourceUid": f"litellm-{stack}-prometheus",
        "environment": stack,
        "selector": config.get("selector", ""),
        "isFolderRestricted": restricted,
        "scrapeInterval": "15s",
        "ruleInterval": "1m",
        "recordedBy": "",
        "recorded": "",
        "alertsManagedBy": "off",
        "latencyBuckets": "",
        "latencyWithin": 60.0,
        "firstTokenWithin": 10.0,
    }


def test_everything_is_made_in_the_organisation_that_is_named(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider has a setting of its own for it, which it does not heed."""
    config = {
        "prometheus": '{"url": "http://p"}',
        "alerts": '{"managedBy": "grafana", "contactPoint": {"email": {"addresses": ["a@b.c"]}}}',
        "folder": '{"existingUid": "theirs"}',
    }
    monkeypatch.setenv("GRAFANA_ORG_ID", "7")
    for auth, organisation in (("me:p", "7"), ("glsa_x", None)):
        monkeypatch.setenv("GRAFANA_AUTH", auth)
        deployed = deploy("dev", config).resources
        read = deployed.pop("litellm-dev-existing-folder")
        assert read.read_id == (f"{organisation}:theirs" if organisation else "theirs")
        made = [each for each in deployed.values() if each.type.startswith("grafana:")]
        assert {each.inputs.get("orgId") for each in made} == {organisation}


def data_source(deploy: Deploy, config: dict[str, Any], secrets: dict[str, Any]) -> dict[str, Any]:
    """The inputs of the data source that ``config`` and ``secrets`` declare; the secret ones must
    be Pulumi secrets."""
    texts = {
        k: v if isinstance(v, str) else json.dumps(v) for k, v in {**config, **secrets}.items()
    }
    resource = deploy("dev", texts, list(secrets)).resources["litellm-dev-prometheus"]
    assert resource.secrets == resource.inputs.keys() & {"secureJsonDataEncoded", "httpHeaders"}
    return resource.inputs


PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def auth(**keys: str) -> dict[str, Any]:
    return {"prometheus": {"url": "http://x", "auth": keys}}


def of_plugin(plugin: str, **settings: str) -> dict[str, Any]:
    return {"prometheus": {**auth(**settings)["prometheus"], "plugin": plugin}}


@pytest.mark.parametrize(
    ("config", "secrets", "inputs", "options"),
    [
        (
            auth(type="basic", username="me"),
            {"prometheusPassword": "hunter2"},
            {
                "basicAuthEnabled": True,
                "basicAuthUsername": "me",
                "secureJsonDataEncoded": '{"basicAuthPassword":"hunter2"}',
            },
            {},
        ),
        (
            auth(type="bearer"),
            {"prometheusToken": "t"},
            {"httpHeaders": {"Authorization": "Bearer t"}},
            {},
        ),
        (
            auth(type="tls", clientCertificate=PEM),
            {"prometheusTlsClientKey": "k"},
            {
                "secureJsonDataEncoded": json.dumps(
                    {"tlsClientCert": PEM, "tlsClientKey": "k"}, separators=(",", ":")
                )
            },
            {"tlsAuth": True},
        ),
        (
            auth(type="sigv4", region="eu-west-1", source="keys", assumeRoleArn="arn"),
            {"prometheusSigV4AccessKey": "a", "prometheusSigV4SecretKey": "s"},
            {"secureJsonDataEncoded": '{"sigV4AccessKey":"a","sigV4SecretKey":"s"}'},
            {
                "sigV4Auth": True,
                "sigV4AuthType": "keys",
                "sigV4Region": "eu-west-1",
                "sigV4AssumeRoleArn": "arn",
            },
        ),
        (
            of_plugin("grafana-amazonprometheus-datasource", type="sigv4", region="eu-west-1"),
            {},
            {"type": "grafana-amazonprometheus-datasource"},
            {"sigV4Auth": True, "sigV4AuthType": "default", "sigV4Region": "eu-west-1"},
        ),
        (
            auth(type="sigv4", region="eu-west-1", source="workspace-iam-role"),
            {},
            {},
            {"sigV4Auth": True, "sigV4AuthType": "workspace-iam-role", "sigV4Region": "eu-west-1"},
        ),
        (auth(type="azure"), {}, {}, {"azureCredentials": {"authType": "msi"}}),
        (
            of_plugin(
                "grafana-azureprometheus-datasource",
                type="azure",
                source="clientsecret",
                tenantId="t",
                clientId="c",
            ),
            {"prometheusAzureClientSecret": "s"},
            {
                "type": "grafana-azureprometheus-datasource",
                "secureJsonDataEncoded": '{"azureClientSecret":"s"}',
            },
            {
                "azureCredentials": {
                    "authType": "clientsecret",
                    "azureCloud": "AzureCloud",
                    "clientId": "c",
                    "tenantId": "t",
                }
            },
        ),
        (
            {"prometheus": {"url": "http://x", "tenant": "llm", "headers": {"X-A": "1"}}},
            {"prometheusSecretHeaders": {"X-B": "2"}},
            {"httpHeaders": {"X-A": "1", "X-B": "2", "X-Scope-OrgID": "llm"}},
            {},
        ),
        (
            {"prometheus": {"url": "http://x", "caCertificate": PEM, "serverName": "s"}},
            {},
            {"secureJsonDataEncoded": json.dumps({"tlsCACert": PEM}, separators=(",", ":"))},
            {"tlsAuthWithCACert": True, "serverName": "s"},
        ),
        (
            {
                "prometheus": {
                    "url": "http://x",
                    "type": "VictoriaMetrics",
                    "scrapeInterval": "30s",
                    "queryTimeout": "2m",
                    "httpMethod": "GET",
                }
            },
            {},
            {},
            {
                "prometheusType": "Prometheus",
                "timeInterval": "30s",
                "queryTimeout": "2m",
                "httpMethod": "GET",
            },
        ),
        (
            {
                "prometheus": {
                    "url": "http://x",
                    "type": "Mimir",
                    "exemplars": [
                        {"label": "trace_id", "dataSourceUid": "tempo"},
                        {"label": "id", "url": "http://t/${__value.raw}"},
                    ],
                }
            },
            {},
            {},
            {
                "prometheusType": "Mimir",
                "exemplarTraceIdDestinations": [
                    {"name": "trace_id", "datasourceUid": "tempo"},
                    {"name": "id", "url": "http://t/${__value.raw}"},
                ],
            },
        ),
    ],
)
def test_data_source(
    deploy: Deploy,
    config: dict[str, Any],
    secrets: dict[str, Any],
    inputs: dict[str, Any],
    options: dict[str, Any],
) -> None:
    found = data_source(deploy, config, secrets)
    plain = {
        "httpMethod": "POST",
        "prometheusType": "Prometheus",
        "queryTimeout": "60s",
        "timeInterval": "15s",
    }
    assert json.loads(found.pop("jsonDataEncoded")) == {**plain, **options}
    assert found == {
        "type": "prometheus",
        "name": "LiteLLM Prometheus (dev)",
        "uid": "litellm-dev-prometheus",
        "url": "http://x",
        "basicAuthEnabled": False,
        **inputs,
    }


def test_what_is_there_already_is_referred_to_and_not_made(deploy: Deploy) -> None:
    deployed = deploy(
        "dev",
        {
            "prometheus": '{"existingUid":"mimir"}',
            "folder": '{"existingUid":"shared"}',
            "dashboards": '{"include":["prod-v2"]}',
        },
    )
    assert sorted(deployed.resources) == [
        "litellm-dev",
        "litellm-dev-existing-folder",
        "litellm-dev-prod-v2",
    ]
    assert deployed.resources["litellm-dev-existing-folder"].read_id == "shared"
    dashboard = deployed.resources["litellm-dev-prod-v2"]
    assert dashboard.inputs["folder"] == "shared"
    (chosen, *_) = json.loads(dashboard.inputs["configJson"])["templating"]["list"]
    assert chosen["current"]["value"] == "mimir"
    assert deployed.outputs["dataSourceUid"] == "mimir"


def test_adopting_overwrites_the_dashboard_with_the_shipped_uid(deploy: Deploy) -> None:
    deployed = deploy("dev", {"prometheus": URL, "dashboards": '{"adopt":true}'})
    dashboard = deployed.resources["litellm-dev-prod-v2"]
    assert dashboard.inputs["overwrite"] is True
    assert json.loads(dashboard.inputs["configJson"])["uid"] == "be059pwgrlg5cf"


def test_a_folder_in_a_folder(deploy: Deploy) -> None:
    folder = '{"title":"LLM","uid":"llm","parentUid":"platform"}'
    assert deploy("dev", {"prometheus": URL, "folder": folder}).resources[
        "litellm-dev-folder"
    ].inputs == {
        "title": "LLM",
        "uid": "llm",
        "parentFolderUid": "platform",
        "preventDestroyIfNotEmpty": False,
    }


def test_a_bad_setting_registers_nothing(deploy: Deploy) -> None:
    deployed = Deployed()
    config = {"prometheus": '{"url":"nonsense"}', "protct": "true"}
    with pytest.raises(pulumi.RunError) as error:
        deploy("dev", config, deployed=deployed)
    assert str(error.value) == (
        "2 settings need correction in the configuration of stack dev:\n"
        '  prometheus.url = "nonsense": not a web address; write it like https://prometheus.example.com:9090\n'
        "  protct: no such key; did you mean protect?"
    )
    assert deployed.resources == {}
