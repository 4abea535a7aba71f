"""How often the Grafana provider asks again."""

import pytest

from litellm_monitoring.tools.deploying.retries import RETRIES, retries


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in RETRIES:
        monkeypatch.delenv(name, raising=False)


def test_two_who_change_alerting_at_once() -> None:
    assert retries() == {
        "GRAFANA_RETRIES": "15",
        "GRAFANA_RETRY_WAIT": "1",
        "GRAFANA_RETRY_STATUS_CODES": "401,409,412,429,5xx",
    }


def test_what_a_person_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAFANA_RETRIES", "0")
    monkeypatch.setenv("GRAFANA_RETRY_WAIT", "")
    assert retries() == {
        "GRAFANA_RETRY_WAIT": "1",
        "GRAFANA_RETRY_STATUS_CODES": "401,409,412,429,5xx",
    }
