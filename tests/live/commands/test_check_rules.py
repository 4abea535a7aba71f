"""``check`` knows which rules a Prometheus has loaded, and which of them fail."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.stack import Settings
from tests.live.kinds import KIND, needs_rules
from tests.live.servers import Prometheus, prometheus, scraping
from tests.metrics_page import NEWEST, REQUESTS, one, page_text
from tests.project_copy import copy_project, only_prod_v2, set_settings
from tests.prometheus_server import Answer, serving

ALERTS = {"managedBy": "prometheus"}
PAGE = page_text(NEWEST, one(REQUESTS), "process_start_time_seconds 1")
EXPOSITION = Answer(PAGE, headers={"Content-Type": "text/plain; version=0.0.4"})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copy_project(tmp_path)
    only_prod_v2(tmp_path)
    return tmp_path


def rule_file() -> dict[str, Any]:
    """That of the stack dev, of which one rule fails."""
    prometheus = {"url": "http://p", "scrapeInterval": "1s"}
    settings = Settings.model_validate({"prometheus": prometheus, "alerts": ALERTS})
    groups = [dict(group) for group in declare(settings, "dev").alerting.prometheus]
    (proxy,) = (group for group in groups if group["name"] == "litellm dev: proxy")
    down, *rest = proxy["rules"]
    failing = {**down, "expr": "up + on () {job=~'.+'}"}
    proxy |= {"interval": "1s", "rules": [failing, *rest]}
    return {"groups": groups}


@contextmanager
def server(directory: Path, *rule_files: str) -> Iterator[Prometheus]:
    with serving(lambda _: EXPOSITION) as proxy:
        address = proxy.url.removeprefix("http://")
        configuration = json.loads(scraping(("litellm", address, "")))
        if rule_files:
            configuration["rule_files"] = rule_files
        with prometheus(directory, json.dumps(configuration)) as running:
            _wait_for(lambda: running.value(f"count({REQUESTS})") > 0)
            if rule_files:
                _wait_for(lambda: "duplicate" in httpx.get(f"{running.url}/api/v1/rules").text)
            yield running


def _wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def rules_checked(project: Path, url: str) -> dict[str, tuple[str, str]]:
    set_settings(
        project,
        "dev",
        prometheus={"type": KIND.type, "url": url, "scrapeInterval": "1s"},
        alerts=ALERTS,
    )
    done = subprocess.run(
        [sys.executable, "-m", "tools", "check", "--format", "json"],
        cwd=project,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 1)
    return {
        rule["name"]: (rule["status"], rule["explanation"])
        for rule in json.loads(done.stdout)["rules"]
    }


def test_rules_that_are_not_loaded(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with server(tmp_path_factory.mktemp("prometheus")) as running:
        found = rules_checked(project, running.url)
    assert len(found) > 90
    assert {status for status, _ in found.values()} == (
        {"can fire", "cannot fire", "records", "cannot record"}
        if KIND.leaves_rules
        else {"not evaluated"}
    )


@needs_rules
def test_rules_that_are_loaded(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("prometheus")
    (directory / "rules.yml").write_text(json.dumps(rule_file()))
    with server(directory, "rules.yml") as running:
        found = rules_checked(project, running.url)
    assert found["LiteLLMProxyDown"][0] == "wrong"
    assert "duplicate series" in found["LiteLLMProxyDown"][1]
    assert found["LiteLLMRequestsQueued"] == (
        "cannot fire",
        "it is enabled by general_settings.max_in_flight_requests_per_worker",
    )
    assert {found[name][0] for name in ("LiteLLMMetricsAbsent", "LiteLLMAvailabilityBurn1h")} == {
        "can fire"
    }
    assert "not evaluated" not in {status for status, _ in found.values()}
