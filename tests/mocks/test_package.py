"""The component in somebody else's program."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumiverse_grafana as grafana
import pytest

from litellm_monitoring import LiteLLMMonitoring, TeamArgs
from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.infra.arguments.accepted import ACCEPTED
from litellm_monitoring.tools.project import ROOT
from tests.mocks.conftest import Deploy, Deployed

STRANGERS = """
import pulumi
import pulumiverse_grafana as grafana

from litellm_monitoring import LiteLLMMonitoring

config = pulumi.Config()
theirs = grafana.Provider("theirs", url="http://grafana", auth=config.require_secret("auth"))
on_theirs = pulumi.ResourceOptions(provider=theirs)
prometheus = grafana.oss.DataSource("shared", type="prometheus", uid="shared-prom", opts=on_theirs)
people = grafana.oss.Team("people", name="People", opts=on_theirs)
monitoring = LiteLLMMonitoring(
    "llm",
    prometheus={"existing_uid": prometheus.uid},
    folder={"permissions": []},
    dashboards={"include": ["overview", "team-overview"]},
    alerts={
        "managed_by": "grafana",
        "contact_point": {"slack": {}},
        "overrides": {"LiteLLMProxyDown": {"for_": "7m"}},
    },
    alerts_slack_url=config.require_secret("slack"),
    teams=[
        {"alias": "search", "contact": "search@example.com", "cost_center": "CC-1"},
        {"alias": "Ads & Co", "grafana_team": {"existing_id": people.id}},
    ],
    opts=on_theirs,
)
pulumi.export("urls", monitoring.dashboard_urls)
pulumi.export("folder", monitoring.folder_uid)
pulumi.export("source", monitoring.data_source_uid)
pulumi.export("point", monitoring.contact_point)
pulumi.export("search", monitoring.teams["search"].dashboard_urls)
pulumi.export("group", monitoring.teams["search"].grafana_team_id)
pulumi.export("none", monitoring.teams["Ads & Co"].contact_point)
"""


def strangers() -> None:
    exec(compile(STRANGERS, "__main__.py", "exec"), {"__name__": "__main__"})


def test_a_program_with_two_teams(deploy: Deploy) -> None:
    found = deploy(
        "prod",
        {"auth": "token", "slack": "https://hooks.example.com/1"},
        ["auth", "slack"],
        project="shop",
        program=strangers,
    )
    made = {name: each for name, each in found.resources.items() if name.startswith("llm")}
    assert {each.parent for each in made.values()} == {"shop-prod", "llm", "llm-search", TEAM_NAME}
    assert made[TEAM_NAME].parent == made["llm-search"].parent == "llm"
    of_theirs = {name for name in made if made[name].type.startswith("grafana:")}
    assert all("theirs" in found.providers[name] for name in of_theirs)
    folder, team_folder = made["llm-folder"].inputs, made["llm-search-folder"].inputs
    assert folder["title"] == "LiteLLM (shop prod llm)"
    assert re.fullmatch(r"litellm-shop-prod-llm-[0-9a-f]{8}", folder["uid"])
    assert team_folder["parentFolderUid"] == folder["uid"]
    assert team_folder["title"] == "LiteLLM search (prod)"
    assert "llm-folder" in made["llm-search-folder"].depends_on
    assert made["llm-search-team"].inputs["name"] == "LiteLLM search (shop prod llm search)"
    assert made[f"{TEAM_NAME}-access"].inputs["permissions"] == [
        {"permission": "View", "teamId": "1:7"}
    ]
    assert "llm-prometheus" not in made
    for name in ("llm-overview", "llm-team-overview", "llm-search-team-overview"):
        model = made[name].inputs["configJson"]
        assert '"shared-prom"' in model
        assert "standin" not in model
    assert 'team_alias=\\"search\\"' in made["llm-search-team-overview"].inputs["configJson"]
    rules = [
        rule
        for name, each in made.items()
        if each.type.endswith(":RuleGroup")
        for rule in each.inputs["rules"]
    ]
    assert {data["datasourceUid"] for rule in rules for data in rule["datas"]} == {
        "shared-prom",
        "__expr__",
    }
    assert {rule["for"] for rule in rules if rule["name"] == "LiteLLMProxyDown"} == {"7m"}
    assert made["llm-contact-point"].secrets == {"slacks"}
    uids = {
        name: json.loads(each.inputs["configJson"])["uid"]
        for name, each in made.items()
        if "configJson" in each.inputs
    }
    assert found.outputs == {
        "urls": {
            slug: f"http://grafana/d/{uids[f'llm-{slug}']}"
            for slug in ("overview", "team-overview", "runbooks")
        },
        "folder": folder["uid"],
        "source": "shared-prom",
        "point": "LiteLLM (shop prod llm)",
        "search": {
            slug: f"http://grafana/d/{uids[f'llm-search-{slug}']}"
            for slug in ("team-overview", "runbooks")
        },
        "group": "1:7",
        "none": None,
    }


TEAM_NAME = "llm-ads-co-c79ed3bc"


def test_the_program_on_the_page(deploy: Deploy) -> None:
    page = (ROOT / "docs/package.md").read_text("utf-8")
    program = page.partition("```python\n")[2].partition("```")[0]

    def run() -> None:
        exec(compile(program, "__main__.py", "exec"), {"__name__": "__main__"})

    secrets = {"grafanaAuth": "token", "slackUrl": "https://hooks.example.com/1"}
    found = deploy("prod", secrets, list(secrets), project="shop", program=run)
    assert found.outputs.keys() == {"overview", "search"}
    assert all(found.outputs.values())


def test_the_page_names_what_may_be_an_output() -> None:
    page = (ROOT / "docs/package.md").read_text("utf-8")
    table = page.partition("## What may be an Output")[2].partition("\n\nAll others")[0]
    ways = {"SlackSettings", "PagerDutySettings", "TeamsSettings", "WebhookSettings"}
    for model, names in ACCEPTED.items():
        if model.__name__ in ways:
            assert set(names) == set(model.model_fields), model
        elif model.__name__ == "AuthSettings":
            assert set(model.model_fields) - set(names) == {"type", "source", "cloud"}
        elif model.__name__ != "Settings":
            for name in names:
                assert re.search(rf"[`.]{name}`", table), f"{model.__name__}.{name}"


URL = {"url": "http://prometheus:9090"}
NASTY = 'a "b" \\ c/é 🚀 {{x}}'
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def auth(kind: str, **keys: Any) -> dict[str, Any]:
    return {"prometheus": {**URL, "auth": {"type": kind, **keys}}}


def notifies(**alerts: Any) -> dict[str, Any]:
    return {"prometheus": URL, "alerts": {"managed_by": "grafana", **alerts}}


def by(way: str, **keys: Any) -> dict[str, Any]:
    return notifies(contact_point={way: keys})


SIGNED = {"region": "eu-west-1"}
APPLICATION = {"tenant_id": "t", "client_id": "c", "source": "clientsecret"}
EMAIL = {"contact_point": {"email": {"addresses": ["a@example.com"]}}}

EXAMPLES: Mapping[str, tuple[Any, Any]] = {
    "Settings.prometheus_password": (
        NASTY,
        lambda v: auth("basic", username="me") | {"prometheus_password": v},
    ),
    "Settings.prometheus_token": (NASTY, lambda v: auth("bearer") | {"prometheus_token": v}),
    "Settings.prometheus_tls_client_key": (
        PEM,
        lambda v: auth("tls", client_certificate=PEM) | {"prometheus_tls_client_key": v},
    ),
    "Settings.prometheus_sig_v4_access_key": (
        NASTY,
        lambda v: (
            auth("sigv4", **SIGNED, source="keys")
            | {"prometheus_sig_v4_access_key": v, "prometheus_sig_v4_secret_key": "s"}
        ),
    ),
    "Settings.prometheus_sig_v4_secret_key": (
        NASTY,
        lambda v: (
            auth("sigv4", **SIGNED, source="keys")
            | {"prometheus_sig_v4_access_key": "a", "prometheus_sig_v4_secret_key": v}
        ),
    ),
    "Settings.prometheus_azure_client_secret": (
        NASTY,
        lambda v: auth("azure", **APPLICATION) | {"prometheus_azure_client_secret": v},
    ),
    "Settings.prometheus_secret_headers": (
        NASTY,
        lambda v: {"prometheus": URL, "prometheus_secret_headers": {"X-Key": v}},
    ),
    "Settings.alerts_slack_url": (NASTY, lambda v: by("slack") | {"alerts_slack_url": v}),
    "Settings.alerts_slack_token": (
        NASTY,
        lambda v: by("slack", channel="c") | {"alerts_slack_token": v},
    ),
    "Settings.alerts_pager_duty_key": (
        NASTY,
        lambda v: by("pagerduty") | {"alerts_pager_duty_key": v},
    ),
    "Settings.alerts_teams_url": (NASTY, lambda v: by("teams") | {"alerts_teams_url": v}),
    "Settings.alerts_webhook_token": (
        NASTY,
        lambda v: by("webhook", url="http://w") | {"alerts_webhook_token": v},
    ),
    "Settings.alerts_webhook_password": (
        NASTY,
        lambda v: by("webhook", url="http://w", username="u") | {"alerts_webhook_password": v},
    ),
    "FolderSettings.title": (f" {NASTY} ", lambda v: {"prometheus": URL, "folder": {"title": v}}),
    "FolderSettings.parent_uid": (
        "Up_1",
        lambda v: {"prometheus": URL, "folder": {"parent_uid": v}},
    ),
    "FolderSettings.existing_uid": (
        "Up_1",
        lambda v: notifies(**EMAIL) | {"folder": {"existing_uid": v}},
    ),
    "FolderPermissionSettings.team": (
        "People",
        lambda v: {"prometheus": URL, "folder": {"permissions": [{"team": v}]}},
    ),
    "FolderPermissionSettings.team_id": (
        "1:9",
        lambda v: {"prometheus": URL, "folder": {"permissions": [{"team_id": v}]}},
    ),
    "GrafanaTeamSettings.name": (NASTY, lambda v: of_team({"grafana_team": {"name": v}})),
    "GrafanaTeamSettings.existing_name": (
        "People",
        lambda v: of_team({"grafana_team": {"existing_name": v}}),
    ),
    "GrafanaTeamSettings.existing_id": (
        "1:9",
        lambda v: of_team({"grafana_team": {"existing_id": v}}),
    ),
    "GrafanaTeamSettings.members": (
        "a@example.com",
        lambda v: of_team({"grafana_team": {"members": ["b@example.com", v]}}),
    ),
    "PrometheusSettings.url": ("http://p:9090/x/", lambda v: {"prometheus": {"url": v}}),
    "PrometheusSettings.existing_uid": (
        "Prom_1",
        lambda v: (
            notifies(**EMAIL)
            | {
                "prometheus": {"existing_uid": v},
                "recording_rules": "grafana",
                "dashboards": {"include": list(CATALOGUE)},
                "links": {"requests": "https://l.example.com/?q=${team}${key}"},
            }
        ),
    ),
    "PrometheusSettings.name": (NASTY, lambda v: {"prometheus": {**URL, "name": v}}),
    "PrometheusSettings.tenant": (NASTY, lambda v: {"prometheus": {**URL, "tenant": v}}),
    "PrometheusSettings.ca_certificate": (
        PEM,
        lambda v: {"prometheus": {**URL, "ca_certificate": v}},
    ),
    "PrometheusSettings.server_name": (NASTY, lambda v: {"prometheus": {**URL, "server_name": v}}),
    "PrometheusSettings.headers": (NASTY, lambda v: {"prometheus": {**URL, "headers": {"X-A": v}}}),
    "AuthSettings.username": (
        NASTY,
        lambda v: auth("basic", username=v) | {"prometheus_password": "p"},
    ),
    "AuthSettings.client_certificate": (
        PEM,
        lambda v: auth("tls", client_certificate=v) | {"prometheus_tls_client_key": "k"},
    ),
    "AuthSettings.region": (NASTY, lambda v: auth("sigv4", region=v)),
    "AuthSettings.profile": (
        NASTY,
        lambda v: auth("sigv4", **SIGNED, source="credentials", profile=v),
    ),
    "AuthSettings.assume_role_arn": (
        "arn:aws:iam::1:role/x",
        lambda v: auth("sigv4", **SIGNED, assume_role_arn=v),
    ),
    "AuthSettings.external_id": (
        NASTY,
        lambda v: auth("sigv4", **SIGNED, assume_role_arn="a", external_id=v),
    ),
    "AuthSettings.tenant_id": (
        NASTY,
        lambda v: (
            auth("azure", **{**APPLICATION, "tenant_id": v})
            | {"prometheus_azure_client_secret": "s"}
        ),
    ),
    "AuthSettings.client_id": (
        NASTY,
        lambda v: (
            auth("azure", **{**APPLICATION, "client_id": v})
            | {"prometheus_azure_client_secret": "s"}
        ),
    ),
    "ExemplarSettings.data_source_uid": (
        "Tempo_1",
        lambda v: {"prometheus": {**URL, "exemplars": [{"label": "t", "data_source_uid": v}]}},
    ),
    "ExemplarSettings.url": (
        'http://t/${__value.raw}?q="a"',
        lambda v: {"prometheus": {**URL, "exemplars": [{"label": "t", "url": v}]}},
    ),
    "KubernetesSettings.namespace": ("llm-1.prod", lambda v: pods(namespace=v)),
    "KubernetesSettings.container": ("proxy", lambda v: pods(container=v)),
    "KubernetesSettings.autoscaler": ("litellm-hpa", lambda v: pods(autoscaler=v)),
    "LinkSettings.url": (
        'https://wiki.example.com/"llm"/',
        lambda v: {"prometheus": URL, "dashboards": {"links": [{"title": "Wiki", "url": v}]}},
    ),
    "RuleSettings.target_uid": (
        "Mimir_1",
        lambda v: {"prometheus": URL, "recording_rules": "grafana", "rules": {"target_uid": v}},
    ),
    "AlertSettings.critical_contact_point": (
        NASTY,
        lambda v: notifies(**EMAIL, critical_contact_point=v),
    ),
    "AlertSettings.grafana_url": (
        "https://g.example.com/sub/",
        lambda v: {"prometheus": URL, "alerts": {"managed_by": "prometheus", "grafana_url": v}},
    ),
    "AlertSettings.runbooks": (
        "https://git.example.com/runbooks/",
        lambda v: notifies(**EMAIL, runbooks=v),
    ),
    "ContactPointSettings.existing": (NASTY, lambda v: notifies(contact_point={"existing": v})),
    "EmailSettings.addresses": ("a@example.com", lambda v: by("email", addresses=["b@c.d", v])),
    "SlackSettings.channel": (
        NASTY,
        lambda v: by("slack", channel=v) | {"alerts_slack_token": "t"},
    ),
    "SlackSettings.mention": (NASTY, lambda v: by("slack", mention=v) | {"alerts_slack_url": "u"}),
    "PagerDutySettings.client_url": (
        "https://g.example.com",
        lambda v: by("pagerduty", client_url=v) | {"alerts_pager_duty_key": "k"},
    ),
    "TeamsSettings.section_title": (
        NASTY,
        lambda v: by("teams", section_title=v) | {"alerts_teams_url": "u"},
    ),
    "WebhookSettings.url": ("https://w.example.com/?a=1", lambda v: by("webhook", url=v)),
    "WebhookSettings.username": (
        NASTY,
        lambda v: by("webhook", url="http://w", username=v) | {"alerts_webhook_password": "p"},
    ),
}
"""For each setting that takes Outputs, a value that is hard to get through, and what goes with it."""


def of_team(keys: dict[str, Any]) -> dict[str, Any]:
    return {
        "prometheus": URL,
        "folder": {"permissions": []},
        "teams": [{"alias": "search", **keys}],
    }


def pods(**keys: Any) -> dict[str, Any]:
    kubernetes = {"namespace": "llm", "workload": "litellm", **keys}
    return notifies(**EMAIL) | {"kubernetes": kubernetes, "dashboards": {"include": ["internals"]}}


def test_every_setting_that_takes_outputs_is_tried() -> None:
    accepted = {f"{model.__name__}.{name}" for model, names in ACCEPTED.items() for name in names}
    assert EXAMPLES.keys() == accepted


@pytest.mark.parametrize("setting", EXAMPLES)
def test_an_output_gives_what_its_value_gives(deploy: Deploy, setting: str) -> None:
    value, arguments = EXAMPLES[setting]
    plain = made_by(deploy, lambda: arguments(value))
    assert made_by(deploy, lambda: arguments(pulumi.Output.from_input(value))) == plain
    assert "standin" not in str(plain)
    secret = made_by(deploy, lambda: arguments(pulumi.Output.secret(value)))
    for name, resource in secret.resources.items():
        assert resource.inputs == plain.resources[name].inputs
        assert resource.secrets >= plain.resources[name].secrets


def made_by(deploy: Deploy, arguments: Any, **keys: Any) -> Deployed:
    """What a component makes with ``arguments``, which are Outputs of the program that they are
    made in.
    """
    small = {"dashboards": {"include": ["prod-v2"]}}

    def program() -> None:
        made = LiteLLMMonitoring("llm", **{**small, **arguments()})
        pulumi.export("rules", made.rule_groups)
        pulumi.export("source", made.data_source_uid)

    return deploy("prod", {}, project="shop", program=program, teams={"People": 3}, **keys)


MISTAKES: Mapping[str, tuple[Any, str]] = {
    "a misspelt argument": (
        lambda: {"promethus": URL},
        "promethus: no such key; did you mean prometheus?",
    ),
    "the spelling of stack files": (
        lambda: {"prometheus": {"existingUid": "a"}},
        "prometheus.existingUid: no such key; did you mean existing_uid?",
    ),
    "a value": (
        lambda: {"prometheus": {"url": "nonsense"}},
        'prometheus.url = "nonsense": not a web address; write it like '
        "https://prometheus.example.com:9090",
    ),
    "nothing to ask": (
        dict,
        "prometheus: set prometheus.url to the server's address, or prometheus.existing_uid to the UID "
        "of an existing data source",
    ),
    "a missing secret": (
        lambda: auth("bearer"),
        "prometheus_token: required by prometheus.auth.type: bearer",
    ),
    "a secret too many": (
        lambda: {"prometheus": URL, "prometheus_token": "hunter2"},
        "prometheus_token = (secret): not used by prometheus.auth.type: none; remove it",
    ),
    "an Output that is not used": (
        lambda: {"prometheus": {"existing_uid": "a", "name": pulumi.Output.from_input("b")}},
        "prometheus.name = (an Output): remove it; prometheus.existing_uid names a data source that "
        "has its own",
    ),
    "an Output that decides": (
        lambda: {"prometheus": URL, "selector": pulumi.Output.from_input('a="b"')},
        "selector: is an Output, and must be plain: it decides which resources there are, what they "
        "are called or how queries are written; docs/package.md lists what may be an Output",
    ),
    "a section that is an Output": (
        lambda: {"prometheus": pulumi.Output.from_input(URL)},
        "prometheus: is an Output, and must be plain: it decides which resources there are, what they "
        "are called or how queries are written; docs/package.md lists what may be an Output",
    ),
    "a mapping that is an Output": (
        lambda: {"prometheus": {**URL, "headers": pulumi.Output.from_input({"X-A": "b"})}},
        "prometheus.headers: is an Output as a whole, and must be plain; its items may be Outputs",
    ),
    "an identity": (
        lambda: {"prometheus": URL, "identity": "a/b"},
        "identity = a/b: must be at most 100 letters, digits, -, _ and .",
    ),
    "a team without an alias": (
        lambda: {"prometheus": URL, "folder": {"permissions": []}, "teams": [{"name": "a"}]},
        "teams.0.alias: must be set",
    ),
    "teams in a folder that everybody sees": (
        lambda: {"prometheus": URL, "teams": [{"alias": "search"}]},
        "teams.0: every viewer can see the folder, and could see the team's inside it; set "
        "folder.permissions, e.g. [] for admins only, or settings.folder.parent_uid of the team to "
        "another folder",
    ),
    "a team twice": (
        lambda: {
            "prometheus": URL,
            "folder": {"permissions": []},
            "teams": [{"alias": "search"}, {"alias": "search"}],
        },
        "teams.1: has the alias search, as teams.0 has; a team has one folder",
    ),
    "two teams of one name": (
        lambda: {
            "prometheus": URL,
            "folder": {"permissions": []},
            "teams": [{"alias": "search"}, {"alias": "Find", "name": "search"}],
        },
        "teams.1: comes to the name search, as teams.0 does; set another name",
    ),
    "a setting of a team": (
        lambda: of_team({"settings": {"prometheus": {"url": "nonsense"}}}),
        'teams.0.settings.prometheus.url = "nonsense": not a web address; write it like '
        "https://prometheus.example.com:9090",
    ),
    "a team of Grafana": (
        lambda: of_team({"grafana_team": {"existing_id": "1", "name": "A"}}),
        'teams.0.grafana_team.name = "A": remove it; teams.0.grafana_team.existing_id names a team '
        "that has its own",
    ),
    "a setting of files": (
        lambda: {"prometheus": URL, "litellm": {"scrape": {}}},
        "litellm.scrape: no such key; valid keys: latency_buckets",
    ),
    "no mapping": (
        lambda: {"prometheus": "http://p"},
        'prometheus = "http://p": must be a mapping of keys to values',
    ),
    "teams that are no list": (
        lambda: {"prometheus": URL, "teams": {"search": {}}},
        "teams: must be a list",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_one_message_before_anything_is_made(deploy: Deploy, case: str) -> None:
    arguments, line = MISTAKES[case]
    made = Deployed()
    with pytest.raises(pulumi.RunError) as caught:
        made_by(deploy, arguments, deployed=made)
    first, *lines = str(caught.value).splitlines()
    assert first == "1 setting needs correction in LiteLLMMonitoring llm:"
    assert [each[: len(line) + 2] for each in lines] == [f"  {line}"]
    assert made.resources == {}


def test_all_mistakes_at_once(deploy: Deploy) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        made_by(
            deploy,
            lambda: {
                "prometheus": {"url": "a", "scrape": "15s"},
                "teams": [{"alias": "search", "contact": "nobody"}, {"alias": "ads", "label": 1}],
            },
        )
    assert [
        line.partition(":")[0].partition(" =")[0] for line in str(caught.value).splitlines()
    ] == [
        "4 settings need correction in LiteLLMMonitoring llm",
        "  prometheus.scrape",
        "  prometheus.url",
        "  teams.0.contact",
        "  teams.1.label",
    ]


def test_a_value_is_checked_once_it_is_known(deploy: Deploy) -> None:
    cases = (
        ("nonsense", "not a web address; write it like https://prometheus.example.com:9090"),
        (None, "the Output has no value"),
        (7, "not a web address; write it like https://prometheus.example.com:9090"),
    )
    for value, said in cases:
        with pytest.raises(pulumi.RunError) as caught:
            made_by(
                deploy,
                lambda value=value: {"prometheus": {"url": pulumi.Output.from_input(value)}},
            )
        assert str(caught.value) == f"prometheus.url of LiteLLMMonitoring llm: {said}"


def test_components_do_not_meet(deploy: Deploy) -> None:
    """Neither in one program, nor with teams whose names make up another's, nor in other projects."""
    everything: dict[str, Any] = {
        "prometheus": URL,
        "folder": {"permissions": []},
        "dashboards": {"include": ["prod-v2"]},
        "alerts": {
            "managed_by": "grafana",
            "contact_point": {"email": {"addresses": ["a@example.com"]}},
            "mute_timings": [{"name": "night", "end": "06:00"}],
        },
    }
    teams: list[TeamArgs] = [{"alias": "b", "contact": "b@example.com"}, {"alias": "c"}]

    def program() -> None:
        LiteLLMMonitoring("llm", teams=teams, **everything)
        LiteLLMMonitoring("llm-b", teams=[{"alias": "c"}], **everything)
        LiteLLMMonitoring("llm:b", **everything)

    taken: dict[tuple[str, Any], str] = {}
    for project, stack in (
        ("shop", "prod"),
        ("shop", "dev"),
        ("shop-prod", "x"),
        ("shop", "prod-x"),
    ):
        found = deploy(stack, {}, project=project, program=program)
        for name, each in found.resources.items():
            known = [each.inputs.get(key) for key in ("uid", "name") if key in each.inputs]
            if "configJson" in each.inputs:
                known = [json.loads(each.inputs["configJson"])["uid"]]
            if each.type.endswith(":RuleGroup"):
                known = [rule["uid"] for rule in each.inputs["rules"]]
            if each.type.endswith((":ContactPoint", ":MessageTemplate")):
                # The provider splits the IDs of what has no UID at each colon.
                assert ":" not in each.inputs["name"]
            for text in known:
                assert "uid" not in each.inputs or len(each.inputs["uid"]) <= 40
                where = f"{project} {stack} {each.parent} {name}"
                assert taken.setdefault((each.type, text), where) == where


def test_an_identity_of_ones_own(deploy: Deploy) -> None:
    """UIDs stay what they are, wherever the component goes."""
    found = made_by(deploy, lambda: of_team({}) | {"identity": "prod"})
    assert found.resources["llm-folder"].inputs["uid"] == "litellm-prod"
    assert json.loads(found.resources["llm-prod-v2"].inputs["configJson"])["uid"] == (
        "litellm-prod-prod-v2"
    )


def test_what_protects_a_component_protects_its_teams(deploy: Deploy) -> None:
    for protecting in ({"protect": True}, {"opts": pulumi.ResourceOptions(protect=True)}):
        found = made_by(deploy, lambda given=protecting: of_team({}) | given)
        assert {name for name, each in found.resources.items() if not each.protect} == {
            "llm-access",
            "llm-search-access",
        }


def test_the_organization_is_that_of_the_argument(deploy: Deploy) -> None:
    def program() -> None:
        theirs = grafana.oss.Organization("theirs", name="Theirs")
        LiteLLMMonitoring(
            "llm",
            **of_team({"grafana_team": {"existing_name": "People"}}),
            dashboards={"include": ["prod-v2"]},
            org_id=theirs.org_id.apply(lambda _: "7"),
        )

    found = deploy("prod", {}, project="shop", program=program, teams={"People": 3})
    made = {name: each for name, each in found.resources.items() if name.startswith("llm-")}
    of_grafana = [each for each in made.values() if each.type.startswith("grafana:")]
    assert {each.inputs.get("orgId") for each in of_grafana} == {"7"}


def test_rules_of_a_prometheus_are_given_out(deploy: Deploy) -> None:
    found = made_by(
        deploy,
        lambda: {
            "prometheus": URL,
            "alerts": {
                "managed_by": "prometheus",
                "grafana_url": pulumi.Output.from_input("https://g.example.com"),
            },
        },
    )
    names = [group["name"] for group in found.outputs["rules"]]
    assert "litellm shop prod llm: proxy" in names
    assert "https://g.example.com/d/litellm-shop-" in json.dumps(found.outputs["rules"])
