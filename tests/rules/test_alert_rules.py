"""Every alert, as Prometheus evaluates it: fires on its fault, and on nothing else."""

import json
import subprocess
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from litellm_monitoring.alerts import CATALOGUE
from litellm_monitoring.alerts.alert import Component
from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.stack import Settings
from tests.rules.alert_faults import (
    FAULTS,
    HEALTHY_COUNTERS,
    HEALTHY_GAUGES,
    OPENAI_500,
    PROXY,
    Fault,
    Numbers,
)

STACK = "test"
FIRING = 'ALERTS{alertstate="firing"}'
RARE = f'{PROXY}, requested_model="rare", litellm_model_name="rare", model_id="r1"'
PATHS = ("off", "prometheus")
"""With what was recorded, and without."""


def groups(
    recording: str,
    every: int = 1,
    availability: float = 99.5,
    alerts: Mapping[str, object] | None = None,
    labels: Sequence[Mapping[str, object]] = (),
) -> list[dict[str, Any]]:
    """The rules of a stack, evaluated ``every`` so many minutes."""
    settings = Settings.model_validate(
        {
            "prometheus": {"url": "http://prometheus:9090", "scrapeInterval": "1m"},
            "recordingRules": recording,
            "objective": {"availability": availability},
            "alerts": {"managedBy": "prometheus", **(alerts or {})},
            "labels": labels,
        }
    )
    found: list[dict[str, Any]] = json.loads(
        json.dumps(declare(settings, STACK).alerting.prometheus)
    )
    for group in found:
        # What is recorded must be each minute, as its readers take it to be.
        if "record" not in group["name"]:
            group["interval"] = f"{every}m"
    return found


def only(rules: Sequence[Mapping[str, Any]], names: Collection[str]) -> list[dict[str, Any]]:
    """The alerts called so, and what is recorded that they read, or that is recorded from."""
    all_ = [rule for group in rules for rule in group["rules"]]
    needed = [rule for rule in all_ if rule.get("alert") in names]
    for _ in ("what alerts read", "what that is recorded from"):
        read = " ".join(rule["expr"] for rule in needed)
        needed += [
            rule
            for rule in all_
            if rule not in needed and "record" in rule and rule["record"] + "{" in read
        ]

    def is_needed(rule: Mapping[str, Any]) -> bool:
        return rule in needed

    kept = [{**group, "rules": list(filter(is_needed, group["rules"]))} for group in rules]
    return [group for group in kept if group["rules"]]


def promtool(directory: Path, rules: Sequence[Mapping[str, Any]], *tests: Mapping[str, Any]) -> str:
    """What promtool says of ``tests``: nothing where they pass."""
    (directory / "rules.yaml").write_text(yaml.safe_dump({"groups": list(rules)}))
    content = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": list(tests)}
    (directory / "test.yaml").write_text(yaml.safe_dump(content))
    done = subprocess.run(
        ["promtool", "test", "rules", "test.yaml"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def series(name: str, *phases: tuple[float | None, int], counts: bool) -> dict[str, str]:
    """An input series: a number for so many minutes, then another one."""
    parts, total = [], 0.0
    for number, minutes in phases:
        if number is None:
            parts.append(f"_x{minutes - 1}")
        elif counts:
            parts.append(f"{total:.6f}+{number:.6f}x{minutes - 1}")
            total += number * minutes
        elif number == float("inf"):
            parts.append(" ".join(["+Inf"] * minutes))
        else:
            parts.append(f"{number:.6f}+0x{minutes - 1}")
    return {"series": name, "values": " ".join(parts)}


def timeline(fault: Fault) -> list[dict[str, str]]:
    def phases(numbers: Numbers) -> tuple[tuple[float | None, int], ...]:
        healthy, faulty = numbers
        return ((healthy, fault.healthy), (faulty, fault.faulty), (healthy, fault.recovering))

    counters, gauges = {**HEALTHY_COUNTERS, **fault.counters}, {**HEALTHY_GAUGES, **fault.gauges}
    return [
        *(series(name, *phases(numbers), counts=True) for name, numbers in counters.items()),
        *(series(name, *phases(numbers), counts=False) for name, numbers in gauges.items()),
    ]


def firing(minute: int, *names: str) -> dict[str, Any]:
    """That just these alerts fire then, and how often each."""
    return {
        "expr": f"count by (alertname) ({FIRING})",
        "eval_time": f"{minute}m",
        "exp_samples": [
            {"labels": f'{{alertname="{name}"}}', "value": 1} for name in sorted(names)
        ],
    }


def labelled(minute: int, name: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """That the alert has just these labels then."""
    alert = CATALOGUE[name]
    expected = {
        "alertname": name,
        "alertstate": "firing",
        "severity": alert.severity.value,
        "environment": STACK,
        "component": alert.component.value,
        **labels,
    }
    text = ", ".join(f'{key}="{value}"' for key, value in expected.items())
    return {
        "expr": f'ALERTS{{alertstate="firing", alertname="{name}"}}',
        "eval_time": f"{minute}m",
        "exp_samples": [{"labels": f"ALERTS{{{text}}}", "value": 1}],
    }


def test_the_table_has_every_alert() -> None:
    by_hand = {
        "LiteLLMMetricsAbsent",
        "LiteLLMProxyRestarts",
        "LiteLLMScrapedTwice",
        "LiteLLMSeveralProcesses",
        "LiteLLMSpendQueueGrowing",
    }
    # Those of pods are in test_pod_rules.py.
    others = {name for name, each in CATALOGUE.items() if each.component is not Component.PODS}
    assert {*FAULTS, *by_hand} == others


@pytest.mark.parametrize("recording", PATHS)
def test_rules_are_well_formed(tmp_path: Path, recording: str) -> None:
    limits = {"search": 1, 'a "$x" {{ b }}': 2}
    rules = {"groups": groups(recording, alerts={"dailySpendLimits": limits})}
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules))
    done = subprocess.run(
        ["promtool", "check", "rules", "rules.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("recording", PATHS)
@pytest.mark.parametrize("name", FAULTS)
def test_it_fires_on_its_fault_alone_and_resolves(
    tmp_path: Path, name: str, recording: str
) -> None:
    fault = FAULTS[name]
    over = fault.healthy + fault.faulty
    end = over + fault.recovering - 1
    rules = groups(recording, fault.every, alerts=fault.settings)
    if fault.every > 1:
        # Days of all rules would take minutes.
        rules = only(rules, {name, *fault.also})
    test = {
        "interval": "1m",
        "input_series": timeline(fault),
        "promql_expr_test": [
            firing(fault.healthy - 1),
            firing(over - 1, name, *fault.also),
            labelled(over - 1, name, fault.labels),
            {
                "expr": f'ALERTS{{alertname="{name}"}}',
                "eval_time": f"{end}m",
                "exp_samples": [],
            },
        ],
    }
    assert promtool(tmp_path, rules, test) == ""


@pytest.mark.parametrize("recording", PATHS)
def test_a_healthy_proxy_is_silent_for_a_day(tmp_path: Path, recording: str) -> None:
    day = Fault(healthy=24 * 60, faulty=1, recovering=1)
    test = {
        "interval": "1m",
        "input_series": timeline(day),
        "promql_expr_test": [
            {"expr": "count(ALERTS)", "eval_time": f"{hour}h", "exp_samples": []}
            for hour in range(1, 24)
        ],
    }
    assert promtool(tmp_path, groups(recording, every=10), test) == ""


BY_HAND: dict[str, tuple[list[dict[str, str]], Mapping[str, str]]] = {
    "no traffic": (
        [
            series(name, (number, 180), counts=False)
            for name, (number, _) in HEALTHY_GAUGES.items()
            if "budget" not in name
        ],
        {},
    ),
    "nothing is there": ([], {"LiteLLMMetricsAbsent": ""}),
    "a crash loop": (
        [
            *timeline(Fault(healthy=180)),
            {
                "series": 'process_start_time_seconds{job="litellm", instance="b:4000"}',
                "values": "1+0x150 2 2 2 3 3 3 4 4 4 5+0x20",
            },
            {
                "series": 'litellm_in_flight_requests{job="litellm", instance="b:4000"}',
                "values": "1+0x180",
            },
        ],
        {"LiteLLMProxyRestarts": "job=litellm instance=b:4000"},
    ),
    "several processes behind one target": (
        [
            *timeline(Fault(healthy=180)),
            {
                "series": 'process_start_time_seconds{job="litellm", instance="b:4000"}',
                "values": "1+0x150 " + "2 1 3 " * 10,
            },
            {
                "series": 'litellm_in_flight_requests{job="litellm", instance="b:4000"}',
                "values": "1+0x180",
            },
        ],
        {"LiteLLMSeveralProcesses": "job=litellm instance=b:4000"},
    ),
    "one proxy that two jobs scrape": (
        [
            *timeline(Fault(healthy=180)),
            *(
                {
                    "series": f'process_{what}{{job="{job}", instance="{instance}"}}',
                    "values": f"{value}+0x180",
                }
                for job, instance in (("pods", "10.0.0.1:4000"), ("litellm", "a:4000"))
                for what, value in (
                    ("start_time_seconds", 1000000000),
                    ("virtual_memory_bytes", 4096 * 700_000),
                )
                if job == "pods" or what != "start_time_seconds"
            ),
            {
                "series": 'litellm_in_flight_requests{job="pods", instance="10.0.0.1:4000"}',
                "values": "1+0x180",
            },
        ],
        {"LiteLLMScrapedTwice": ""},
    ),
    "two pods that are started in the same hundredth of a second": (
        [
            *timeline(Fault(healthy=180)),
            *(
                {
                    "series": f'process_{what}{{job="litellm", instance="{instance}"}}',
                    "values": f"{value}+0x180",
                }
                for what, instance, value in (
                    ("start_time_seconds", "b:4000", 1000000000),
                    ("virtual_memory_bytes", "b:4000", 4096 * 700_001),
                    ("virtual_memory_bytes", "a:4000", 4096 * 700_000),
                )
            ),
            {
                "series": 'litellm_in_flight_requests{job="litellm", instance="b:4000"}',
                "values": "1+0x180",
            },
        ],
        {},
    ),
    "an idle LiteLLM of before 1.82 after a restart": (
        [
            {"series": f"up{{{PROXY}}}", "values": "1+0x180"},
            {
                "series": f'litellm_deployment_state{{{PROXY}, model_id="d1"}}',
                "values": "0+0x100 stale",
            },
        ],
        {},
    ),
    "a queue that grows": (
        [
            *timeline(Fault(healthy=180)),
            {
                "series": f"litellm_redis_spend_update_queue_size{{{PROXY}}}",
                "values": "0+0x100 0+50x80",
            },
        ],
        {"LiteLLMSpendQueueGrowing": "queue=in_Redis"},
    ),
    "a large queue that does not grow": (
        [
            *timeline(Fault(healthy=180)),
            {
                "series": f"litellm_redis_spend_update_queue_size{{{PROXY}}}",
                "values": "90000-1x180",
            },
        ],
        {},
    ),
    "a proxy that does no runs of the ledger any more while another does": (
        [
            *timeline(Fault(healthy=180)),
            *(
                {
                    "series": f'litellm_accounting_{name}{{job="litellm", instance="b:4000"}}',
                    "values": values,
                }
                for name, values in (
                    ("batch_seconds_count", "0+5x100 500+0x80"),
                    ("oldest_pending_seconds", "9000+0x180"),
                    ("pending", "50000+0x180"),
                    ("parked", "0+0x100 3+0x80"),
                )
            ),
        ],
        {},
    ),
    "a proxy of the ledger without a database": (
        [
            each if "accounting" not in each["series"] else {**each, "values": "0+0x180"}
            for each in timeline(Fault(healthy=180))
        ],
        {},
    ),
    "proxies that have done no run of the ledger since they were replaced": (
        [each for each in timeline(Fault(healthy=180)) if "accounting" not in each["series"]]
        + [
            {
                "series": f'litellm_accounting_batch_seconds_count{{job="litellm", instance="{pod}:4000"}}',
                "values": values,
            }
            for pod, values in (("c", "0+5x90 stale"), ("d", "_x90 0+0x90"))
        ],
        {"LiteLLMLedgerStopped": ""},
    ),
    "a model group with little traffic fails": (
        timeline(
            Fault(
                counters={
                    f"litellm_deployment_{name}": (None, 1)
                    for name in (
                        f"total_requests_total{{{RARE}}}",
                        f"failure_responses_total{{{RARE}, {OPENAI_500}}}",
                    )
                },
                healthy=150,
                faulty=25,
                recovering=5,
            )
        ),
        {"LiteLLMModelGroupDown": "requested_model=rare"},
    ),
    "restarts reset all counters": (
        [
            *timeline(Fault(healthy=1)),
            *(
                {
                    "series": name.replace("a:4000", "b:4000"),
                    "values": f"{numbers[0]}+{numbers[0]}x80 0+{numbers[0]}x100",
                }
                for name, numbers in HEALTHY_COUNTERS.items()
            ),
        ],
        {},
    ),
    "scrapes that were missed": (
        [
            {
                **each,
                "values": each["values"] + " _ _ _ _ " + each["values"],
            }
            for each in timeline(Fault(healthy=80, faulty=1, recovering=1))
            if "_total{" not in each["series"] and "_bucket{" not in each["series"]
        ],
        {},
    ),
    "a newborn key spends much at once": (
        [
            *timeline(Fault(healthy=180)),
            {
                "series": f'litellm_spend_metric_total{{{PROXY}, api_key_alias="new", '
                'hashed_api_key="h9", team_alias="new", requested_model="fast"}',
                "values": "_x150 500+5x30",
            },
        ],
        {},
    ),
    "keys without an alias have budgets of their own": (
        [
            *timeline(Fault(healthy=180)),
            *(
                {
                    "series": f'litellm_{gauge}{{{PROXY}, api_key_alias="None", '
                    f'hashed_api_key="{key}"}}',
                    "values": f"{before}+0x60 {value}+0x119",
                }
                for key, left, whole in (("k1", 1.9, 2), ("k2", 3, 100), ("k3", 99, 100))
                for gauge, before, value in (
                    ("remaining_api_key_budget_metric", left + 0.1, left),
                    ("api_key_max_budget_metric", whole, whole),
                )
            ),
        ],
        {
            "LiteLLMKeyBudgetNearlySpent": "api_key_alias=None hashed_api_key=k2",
        },
    ),
    "traffic without a team has no budget of a team": (
        [
            *timeline(Fault(healthy=180)),
            *(
                {
                    "series": f'litellm_{gauge}{{{PROXY}, team_alias="None", team="None"}}',
                    "values": f"{value}+0x180",
                }
                for gauge, value in (
                    ("remaining_team_budget_metric", 1),
                    ("team_max_budget_metric", 100),
                )
            ),
        ],
        {},
    ),
    "a limit of a key that rests": (
        [
            *timeline(Fault(healthy=180)),
            *(
                {
                    "series": f"litellm_api_key_rate_limit_{gauge}_metric{{{PROXY}, "
                    'api_key_alias="rests", hashed_api_key="h8", rate_limit_type="requests"}',
                    "values": "100+0x180",
                }
                for gauge in ("used", "allowed")
            ),
        ],
        {},
    ),
}
"""What is there, and the alerts that fire in the end, each with its labels."""


@pytest.mark.parametrize("recording", PATHS)
@pytest.mark.parametrize("case", BY_HAND)
def test_what_numbers_do_not_say(tmp_path: Path, case: str, recording: str) -> None:
    inputs, fires = BY_HAND[case]
    test = {
        "interval": "1m",
        "input_series": inputs,
        "promql_expr_test": [
            firing(170, *fires),
            *(
                labelled(
                    170, name, dict(each.replace("_R", " R").split("=") for each in labels.split())
                )
                for name, labels in fires.items()
            ),
        ],
    }
    assert promtool(tmp_path, groups(recording), test) == ""


@pytest.mark.parametrize("recording", PATHS)
def test_an_outage_is_told_whatever_the_objective(tmp_path: Path, recording: str) -> None:
    """With 50 %, a budget can burn at 2 at most, and never at 14.4."""
    everything = Fault(
        counters={
            **dict.fromkeys(
                (each for each in HEALTHY_COUNTERS if each.startswith("litellm_proxy_total")),
                (60, 0),
            ),
            **FAULTS["LiteLLMAvailabilityBurn1h"].counters,
        },
        faulty=75,
    )
    test = {
        "interval": "1m",
        "input_series": timeline(everything),
        "promql_expr_test": [labelled(104, "LiteLLMAvailabilityBurn1h", {})],
    }
    assert promtool(tmp_path, groups(recording, availability=50), test) == ""
