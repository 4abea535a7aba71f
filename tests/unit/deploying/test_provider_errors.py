"""What the Grafana provider says, as it was seen to say it, and what a person is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.tools.deploying.provider_errors import KINDS, in_words

ADMIN = "without role-based access control, the service account requires the role Admin"
CREDENTIALS = (
    "Grafana rejects the credentials: set grafana:auth, or GRAFANA_AUTH, to the token of a service "
    "account, or to user:password"
)
PAGE = (
    "a web page answers instead of Grafana's API: is it a login page of a proxy in front of Grafana "
    "(set grafana:httpHeaders), or is a path missing in grafana:url?"
)


def both_ways(text: str) -> list[str]:
    """The provider says each in two ways."""
    return [
        f"sdk-v2/provider2.go:572: sdk.helper_schema: {text}: provider=grafana@2.44.0",
        f"1 error occurred:\n\t* {text}\n\n",
    ]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("Folder", 'failed to create folder: [POST /folders][401] createFolderUnauthorized '
         '{"message":"Invalid username or password"}', CREDENTIALS),
        ("MessageTemplate",
         "[PUT /v1/provisioning/templates/{name}] PutTemplate (status 401): {}", CREDENTIALS),
        ("DataSource",
         '[POST /datasources][403] addDataSourceForbidden {"message":"You\'ll need additional '
         'permissions to perform this action. Permissions needed: datasources:create"}',
         "the data source x cannot be created: the credentials lack the permission "
         f"datasources:create; {ADMIN}"),
        ("MessageTemplate", "[PUT /v1/provisioning/templates/{name}][403] putTemplateForbidden {}",
         "the message template x cannot be changed: the credentials lack the permission "
         f"alert.provisioning:write or alert.notifications.provisioning:write; {ADMIN}"),
        ("RuleGroup", "[GET /v1/provisioning/folder/{FolderUID}/rule-groups/{Group}][403] "
         "getAlertRuleGroupForbidden {}",
         "the rule group x cannot be read: the credentials lack the permission "
         f"alert.provisioning:read or alert.rules.provisioning:read; {ADMIN}"),
        ("Folder", "[POST /folders][403] createFolderForbidden {}",
         f"the folder x cannot be created: the credentials lack a permission; {ADMIN}"),
        ("Folder", "[POST /folders] createFolder (status 412): {}",
         "the folder x cannot be created: somebody else has changed it meanwhile, or made one like "
         "it; run again"),
        ("ContactPoint", "[PUT /v1/provisioning/contact-points/{UID}][400] putContactpointBadRequest "
         '{"message":"invalid object specification: url is required"}',
         "the contact point x cannot be changed: Grafana rejects it (invalid object specification: "
         "url is required)"),
        ("RuleGroup", "[PUT /v1/provisioning/folder/{FolderUID}/rule-groups/{Group}][400] "
         "putAlertRuleGroupBadRequest {}",
         "the rule group x cannot be changed: Grafana rejects it (400, without a reason; its log says "
         "why)"),
        ("Dashboard", '[GET /dashboards/uid/{uid}][404] getDashboardByUidNotFound '
         '{"message":"Dashboard not found"}',
         "the dashboard x cannot be read: Grafana has none (Dashboard not found); a refresh takes note of "
         "what was deleted by hand"),
        ("ContactPoint", "[POST /v1/provisioning/contact-points] PostContactpoints (status 500): "
         '{"message":"database is locked"}',
         "the contact point x cannot be created: Grafana fails (500: database is locked); its log says "
         "why"),
        ("Folder", 'Post "http://127.0.0.1:1/api/folders": dial tcp 127.0.0.1:1: connect: connection '
         "refused", "Grafana cannot be reached: check grafana:url, and that Grafana runs"),
        ("Folder", 'Post "http://nosuch:3000/api/folders": dial tcp: lookup nosuch: no such host',
         "Grafana cannot be reached: check grafana:url, and that Grafana runs"),
        ("Folder", 'Get "https://g/api/folders/x": context deadline exceeded (Client.Timeout exceeded '
         "while awaiting headers)", "Grafana does not respond in time: run again once it does"),
        ("Folder", 'Post "https://g/api/folders": tls: failed to verify certificate: x509: certificate '
         "signed by unknown authority",
         "Grafana's certificate is not trusted (certificate signed by unknown authority): set "
         "grafana:caCert to the certificate of the authority that signed it"),
        ("Folder", "invalid character '<' looking for beginning of value", PAGE),
        ("Team", '(*models.X) is not supported by the TextConsumer, no consumer: "text/html"', PAGE),
        ("Team", "something new", "the Grafana team x: something new"),
    ],
)  # fmt: skip
def test_it_is_said_once_and_in_words(kind: str, text: str, said: str) -> None:
    resource_type = f"grafana:oss/{kind.lower()}:{kind}"
    assert {in_words(resource_type, "x", each) for each in (text, *both_ways(text))} == {said}


def test_what_is_about_no_resource_stays_as_it_is() -> None:
    assert in_words("", "", "1 setting needs correction") == "1 setting needs correction"


@given(st.sampled_from(sorted(KINDS)), st.text(), st.text())
def test_nothing_ends_in_an_empty_answer(kind: str, name: str, text: str) -> None:
    said = in_words(f"grafana:oss/x:{kind}", name, f"[POST /x][400] xBadRequest {text}{{}}")
    assert not said.endswith("{}")
    assert "sdk.helper_schema" not in said
