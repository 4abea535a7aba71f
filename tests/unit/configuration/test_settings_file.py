"""Stack files as people break them: one message, never a traceback."""

import contextlib
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litellm_monitoring.tools.configuration.settings_file import settings_of
from litellm_monitoring.tools.configuration.stack import SEALED

URL = "config:\n  litellm-monitoring:prometheus:\n    url: http://prometheus:9090\n"


def written(directory: Path, text: str | bytes) -> Path:
    """A project with one stack, ``dev``."""
    (directory / "Pulumi.dev.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    return directory


def refusal(directory: Path, text: str | bytes) -> str:
    with pytest.raises(click.ClickException) as error:
        settings_of("dev", written(directory, text))
    return error.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "config: [",
            "Pulumi.dev.yaml is not YAML: while parsing a flow node expected the node content, "
            "but found '<stream end>' in \"<unicode string>\", line 1, column 10: config: [ ^",
        ),
        (
            b"\xff",
            "Pulumi.dev.yaml is not YAML: 'utf-8' codec can't decode byte 0xff in position 0: "
            "invalid start byte",
        ),
        ("- config", "Pulumi.dev.yaml must be a mapping of keys to values"),
        ("config: []\n", None),
        ("config: [a]\n", "Pulumi.dev.yaml: config must be a mapping of keys to values"),
        (
            "config: {selector: &a [*a]}\n",
            "Pulumi.dev.yaml: config must not refer to itself",
        ),
        (
            "config: {a: 1, a: 2}\n",
            'Pulumi.dev.yaml is not YAML: the key a is there twice in "<unicode string>", line 1, '
            "column 16: config: {a: 1, a: 2} ^",
        ),
        (
            "config: {a: !!int x}\n",
            "Pulumi.dev.yaml is not YAML: a value is not what its tag says: "
            "invalid literal for int() with base 10: 'x'",
        ),
    ],
)
def test_a_file_of_another_shape(tmp_path: Path, text: str | bytes, message: str | None) -> None:
    assert refusal(tmp_path, text) == (
        message
        or "1 setting needs correction in the configuration of stack dev:\n"
        "  prometheus: set prometheus.url to the server's address, or prometheus.existingUid to the UID of an existing data source"
    )


def test_a_key_without_namespace_is_the_projects(tmp_path: Path) -> None:
    text = "config:\n  prometheus: {url: 'http://x'}\n  protect: true\n"
    assert settings_of("dev", written(tmp_path, text)).protect is True


def test_secrets_stay_sealed(tmp_path: Path) -> None:
    text = f"{URL}    auth: {{type: basic, username: me}}\n  litellm-monitoring:prometheusPassword: {{secure: x}}\n"
    found = settings_of("dev", written(tmp_path, text)).prometheus_password
    assert found
    assert found.get_secret_value() == SEALED


def test_a_sealed_address_of_grafana_is_no_mistake(tmp_path: Path) -> None:
    assert settings_of("dev", written(tmp_path, f"{URL}  grafana:url: {{secure: v1:z}}\n"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60), st.integers(0, len(URL)))
def test_any_text_anywhere_loads_or_is_one_message(tmp_path: Path, text: str, at: int) -> None:
    directory = written(tmp_path, (URL[:at] + text + URL[at:]).encode("utf-8", "surrogatepass"))
    with contextlib.suppress(click.ClickException):
        settings_of("dev", directory)


QUOTED = "not text to YAML without quotes; write it as"


@pytest.mark.parametrize(
    "written",
    ["007", "08", "0x10", "1_000", "+7", "-0", "1e5", "1.50", "1.0", "True", "2024-01-01"],
)
def test_text_that_yaml_changes_is_to_have_quotes(tmp_path: Path, written: str) -> None:
    lines = refusal(tmp_path, f"{URL}    tenant: {written}\n").splitlines()[1:]
    assert len(lines) == 1
    assert lines[0].startswith("  prometheus.tenant = ")
    assert lines[0].endswith(f': {QUOTED} "{written}"')
    (tmp_path / "Pulumi.dev.yaml").write_text(f'{URL}    tenant: "{written}"\n')
    assert settings_of("dev", tmp_path).prometheus.tenant == written


@pytest.mark.parametrize(
    "text", ["1234567", "-5", "true", "off", "yes", "12:30", "1:30:00", "7a", "n"]
)
def test_text_without_quotes_that_stays_what_it_is(tmp_path: Path, text: str) -> None:
    found = settings_of("dev", written(tmp_path, f"{URL}    tenant: {text}\n"))
    assert found.prometheus.tenant == text


def test_keys_and_lists_and_what_is_no_object_likewise(tmp_path: Path) -> None:
    text = f"""{URL}    headers: {{007: a, "08": b, 9: c}}
  litellm-monitoring:environment: 007
  litellm-monitoring:dashboards: {{tags: [1, 1_0, "1_0"]}}
  litellm-monitoring:alerts: {{dailySpendLimits: {{1e3: 1e3, search: 1e2}}}}
  litellm-monitoring:protect: True
"""
    assert sorted(refusal(tmp_path, text).splitlines()[1:]) == [
        '  alerts.dailySpendLimits.1000 = 1000: not text to YAML without quotes; write it as "1e3"',
        '  dashboards.tags.1 = 10: not text to YAML without quotes; write it as "1_0"',
        '  environment = "7": not text to YAML without quotes; write it as "007"',
        "  prometheus.headers.7: not text to YAML without quotes; write it in quotes",
    ]


def test_nothing_is_shown_of_what_may_be_a_credential(tmp_path: Path) -> None:
    text = f"""{URL}    headers: {{X-Key: 0815}}
  litellm-monitoring:prometheusSecretHeaders: {{X-Other: 0816}}
"""
    problem = refusal(tmp_path, text)
    assert "prometheus.headers.X-Key" in problem
    assert "prometheusSecretHeaders" in problem
    assert "81" not in problem
