"""What each alert is to fire on: one row each, in a proxy that is otherwise healthy.

A counter's numbers are by how much it grows a minute, in health and at fault; a gauge's are its
values, and None is no sample. Minutes of health come first, then those of the fault, then health
again for as long.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Numbers = tuple[float | None, float | None]

PROXY = 'job="litellm", instance="a:4000"'
KEY = 'hashed_api_key="h1", api_key_alias="search-prod"'
TEAM = 'team="t1", team_alias="search"'
REQUEST = f'{PROXY}, {KEY}, {TEAM}, requested_model="fast"'
DEPLOYMENT = f'{REQUEST}, litellm_model_name="gpt", model_id="d1", api_provider="openai"'
OTHER = f'{REQUEST}, litellm_model_name="gpt", model_id="d2", api_provider="openai"'
OPENAI_500 = 'exception_class="Openai.InternalServerError", exception_status="500"'

SPENT_CREDIT = 'exception_class="Anthropic.BadRequestError", exception_status="400"'
OF_GPT = 'litellm_model_name="gpt", model_id="d1", api_provider="anthropic"'


def of_key(number: int) -> str:
    return f'{PROXY}, hashed_api_key="h{number}", {TEAM}, requested_model="fast"'


_LATENCY = "litellm_request_total_latency_metric"
_FIRST_TOKEN = "litellm_llm_api_time_to_first_token_metric"
_UPSTREAM = "litellm_llm_api_latency_metric"


def answers(histogram: str, labels: str, fast: Numbers, slow: Numbers) -> dict[str, Numbers]:
    """A histogram of answers within a second, and of ones within ten minutes."""

    def both(one: float | None, other: float | None) -> float:
        return (one or 0) + (other or 0)

    total = (both(fast[0], slow[0]), both(fast[1], slow[1]))
    seconds = (both(fast[0], 600 * (slow[0] or 0)), both(fast[1], 600 * (slow[1] or 0)))
    bounds = {1.0: fast, 10.0: fast, 60.0: fast, 600.0: total, float("inf"): total}
    return {
        **{
            f'{histogram}_bucket{{{labels}, le="{"+Inf" if le > 600 else le}"}}': numbers
            for le, numbers in bounds.items()
        },
        f"{histogram}_count{{{labels}}}": total,
        f"{histogram}_sum{{{labels}}}": seconds,
    }


def calls(histogram: str, labels: str, quick: Numbers, slow: Numbers) -> dict[str, Numbers]:
    """A histogram of calls within ten milliseconds, and of ones that take more than a second."""
    total = ((quick[0] or 0) + (slow[0] or 0), (quick[1] or 0) + (slow[1] or 0))
    bounds = {"0.01": quick, "1.0": quick, "2.0": total, "+Inf": total}
    return {
        **{f'{histogram}_bucket{{{labels}, le="{le}"}}': numbers for le, numbers in bounds.items()},
        f"{histogram}_count{{{labels}}}": total,
    }


HEALTH_CHECK = (
    f'{PROXY}, hashed_api_key="h0", api_key_alias="litellm-internal-health-check", '
    'team="litellm-internal-health-check", team_alias="litellm-internal-health-check"'
)
OF_CLAUDE = (
    'litellm_model_name="claude", api_provider="anthropic", api_base="https://a.example.com"'
)
ANSWERED_CHECKS = f"litellm_deployment_success_responses_total{{{HEALTH_CHECK}, {OF_CLAUDE}}}"
FAILED_CHECKS = (
    f'litellm_deployment_failure_responses_total{{{HEALTH_CHECK}, litellm_model_name="", '
    'model_id="", api_provider="", api_base="", exception_class="Anthropic.NotFoundError", '
    'exception_status="404"}'
)
OPENAI_401 = 'exception_class="Openai.AuthenticationError", exception_status="401"'
OVERHEAD = f'{PROXY}, {KEY}, model_group="fast"'
MEASURED = {
    "LiteLLMOverheadHigh": ("litellm_overhead_latency_metric", OVERHEAD),
    "LiteLLMQueueTimeHigh": ("litellm_request_queue_time_seconds", REQUEST),
    "LiteLLMRedisSlow": ("litellm_redis_latency", PROXY),
    "LiteLLMPostgresSlow": ("litellm_postgres_latency", PROXY),
}
"""By the alert on it, a histogram and its labels."""

HEALTHY_COUNTERS: dict[str, Numbers] = {
    f'litellm_proxy_total_requests_metric_total{{{REQUEST}, route="/v1/chat", status_code="200"}}': (
        60,
        60,
    ),
    f"litellm_deployment_total_requests_total{{{DEPLOYMENT}}}": (30, 30),
    f"litellm_deployment_success_responses_total{{{DEPLOYMENT}}}": (30, 30),
    f"litellm_deployment_total_requests_total{{{OTHER}}}": (30, 30),
    f"litellm_deployment_success_responses_total{{{OTHER}}}": (30, 30),
    f"litellm_spend_metric_total{{{REQUEST}}}": (0.01, 0.01),
    f"litellm_redis_total_requests_total{{{PROXY}}}": (600, 600),
    f"litellm_postgres_total_requests_total{{{PROXY}}}": (60, 60),
    f"litellm_accounting_batch_seconds_count{{{PROXY}}}": (5, 5),
    # Client errors burn nobody's budget.
    f'litellm_proxy_failed_requests_metric_total{{{REQUEST}, route="/v1/chat", '
    'exception_class="ProxyException", exception_status="401"}': (30, 30),
    f'litellm_proxy_failed_requests_metric_total{{{REQUEST}, route="/v1/chat", '
    'exception_class="Openai.BadRequestError", exception_status="400"}': (5, 5),
    **answers(_LATENCY, REQUEST, (60, 60), (0, 0)),
    **answers(_FIRST_TOKEN, REQUEST, (20, 20), (0, 0)),
    **answers(_UPSTREAM, f'{REQUEST}, model="gpt", model_id="d1"', (60, 60), (0, 0)),
    # One in a hundred is slow.
    **{
        series: numbers
        for histogram, labels in MEASURED.values()
        for series, numbers in calls(histogram, labels, (99, 99), (1, 1)).items()
    },
    ANSWERED_CHECKS: (0.6, 0.6),
    # What a prompt is too long for, another model is meant to answer.
    f'litellm_deployment_successful_fallbacks_total{{{REQUEST}, fallback_model="long", '
    'exception_class="Openai.ContextWindowExceededError", exception_status="400"}': (2, 2),
}

HEALTHY_GAUGES: dict[str, Numbers] = {
    f"up{{{PROXY}}}": (1, 1),
    f"scrape_duration_seconds{{{PROXY}}}": (0.5, 0.5),
    f"scrape_samples_scraped{{{PROXY}}}": (9000, 9000),
    f"process_start_time_seconds{{{PROXY}}}": (1e9, 1e9),
    f"litellm_in_flight_requests{{{PROXY}}}": (3, 3),
    f'litellm_deployment_state{{{PROXY}, litellm_model_name="gpt", model_id="d1"}}': (0, 0),
    # Sentinels: no budget, no limit.
    f"litellm_remaining_team_budget_metric{{{PROXY}, {TEAM}}}": (float("inf"), float("inf")),
    f"litellm_team_max_budget_metric{{{PROXY}, {TEAM}}}": (float("inf"), float("inf")),
    f"litellm_remaining_api_key_budget_metric{{{PROXY}, {KEY}}}": (90, 90),
    f"litellm_api_key_max_budget_metric{{{PROXY}, {KEY}}}": (100, 100),
    f"litellm_api_key_budget_remaining_hours_metric{{{PROXY}, {KEY}}}": (24, 24),
    f"litellm_remaining_api_key_requests_for_model{{{PROXY}, {KEY}}}": (
        9223372036854775807,
        9223372036854775807,
    ),
    f'litellm_api_key_rate_limit_used_metric{{{PROXY}, {KEY}, rate_limit_type="requests"}}': (
        -3,
        -3,
    ),
    f'litellm_api_key_rate_limit_allowed_metric{{{PROXY}, {KEY}, rate_limit_type="requests"}}': (
        100,
        100,
    ),
    f'litellm_redis_circuit_breaker_state{{{PROXY}, state="open"}}': (0, 0),
    f"litellm_in_memory_spend_update_queue_size{{{PROXY}}}": (5, 5),
    f"litellm_admission_queued_requests{{{PROXY}}}": (1, 1),
    f"litellm_accounting_pending{{{PROXY}}}": (20, 20),
    f"litellm_accounting_parked{{{PROXY}}}": (0, 0),
    f"litellm_accounting_oldest_pending_seconds{{{PROXY}}}": (8, 8),
    f"litellm_accounting_batch_deliveries{{{PROXY}}}": (3000, 3000),
    f"litellm_accounting_delivery_table_bytes{{{PROXY}}}": (2e8, 2e8),
}


@dataclass(frozen=True)
class Fault:
    """One fault: what it does to the proxy, the labels of the alert and what else fires with it."""

    counters: Mapping[str, Numbers] = field(default_factory=dict)
    gauges: Mapping[str, Numbers] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    also: frozenset[str] = frozenset()
    healthy: int = 30
    faulty: int = 40
    recovering: int = 90
    every: int = 1
    settings: Mapping[str, object] = field(default_factory=dict)


def _failing(healthy: float, faulty: float) -> dict[str, Numbers]:
    """Requests that fail upstream, behind which no deployment of the healthy group stands."""
    of = REQUEST.replace('"fast"', '"broken"')
    return {
        f'litellm_proxy_total_requests_metric_total{{{of}, route="/v1/chat", status_code="500"}}': (
            healthy,
            faulty,
        ),
        f'litellm_proxy_failed_requests_metric_total{{{of}, route="/v1/chat", {OPENAI_500}}}': (
            healthy,
            faulty,
        ),
    }


def _budget(holder: str, labels: str) -> dict[str, Numbers]:
    return {
        f"litellm_remaining_{holder}_budget_metric{{{PROXY}, {labels}}}": (60, 4),
        f"litellm_{holder}_max_budget_metric{{{PROXY}, {labels}}}": (100, 100),
        f"litellm_{holder}_budget_remaining_hours_metric{{{PROXY}, {labels}}}": (0.1, 0.1),
    }


def _runs_out(holder: str, labels: str, spend: str) -> Fault:
    name = "api_key" if holder == "api_key" else holder
    return Fault(
        counters={f"litellm_spend_metric_total{{{PROXY}, {spend}}}": (0.0, 1.0)},
        gauges={
            f"litellm_remaining_{name}_budget_metric{{{PROXY}, {labels}}}": (60, 59),
            f"litellm_{name}_max_budget_metric{{{PROXY}, {labels}}}": (100, 100),
            f"litellm_{name}_budget_remaining_hours_metric{{{PROXY}, {labels}}}": (48, 48),
        },
        faulty=240,
        recovering=1800,
        every=10,
    )


def _labelled(fault: Fault, **labels: str) -> Fault:
    return Fault(**{**fault.__dict__, "labels": labels})


SPENT_BY = {"Model": {"requested_model": "fast"}, "Provider": {"api_provider": "openai"}}

BURNS = ("1h", "6h", "1d", "3d")


def _slow(histogram: str) -> Fault:
    return Fault(counters=answers(histogram, REQUEST, (60, 0), (0, 60)))


def _burning(name: str, fault: Fault, minutes: int) -> dict[str, Fault]:
    """An outage burns budgets at every pace at first, since there is no history yet."""
    alerts = [f"LiteLLM{name}Burn{pace}" for pace in BURNS]
    lasts = dict(zip(BURNS, (240, 900, 2400, 3000), strict=True))
    return {
        alert: Fault(
            counters=fault.counters,
            also=frozenset(alerts) - {alert},
            faulty=minutes,
            recovering=lasts[alert[-2:]],
            every=1 if alert[-2:] == "1h" else 15,
        )
        for alert in alerts
    }


FAULTS: dict[str, Fault] = {
    **_burning("Availability", Fault(counters=_failing(0, 60)), 45),
    **_burning("Latency", _slow(_LATENCY), 60),
    **_burning("FirstToken", _slow(_FIRST_TOKEN), 60),
    "LiteLLMProxyDown": Fault(
        gauges={f"up{{{PROXY}}}": (1, 0)}, labels={"job": "litellm", "instance": "a:4000"}
    ),
    "LiteLLMPageEmpty": Fault(
        gauges={f"litellm_in_flight_requests{{{PROXY}}}": (3, None)},
        labels={"job": "litellm", "instance": "a:4000"},
    ),
    "LiteLLMProxyHangs": Fault(
        counters={
            f"litellm_proxy_total_requests_metric_total{{{REQUEST}, "
            'route="/v1/chat", status_code="200"}': (60, 0)
        },
        labels={"job": "litellm", "instance": "a:4000"},
    ),
    "LiteLLMSeriesCapReached": Fault(
        counters={
            f'litellm_proxy_total_requests_metric_total{{{PROXY}, hashed_api_key="other", '
            'api_key_alias="other", team="other", team_alias="other", requested_model="other", '
            'route="other", status_code="other"}': (0, 20),
            f'litellm_proxy_failed_requests_metric_total{{{PROXY}, hashed_api_key="other", '
            'api_key_alias="other", team="other", team_alias="other", requested_model="other", '
            'route="other", exception_class="other", exception_status="other"}': (0, 20),
            f'litellm_deployment_failure_responses_total{{{PROXY}, hashed_api_key="other", '
            'api_key_alias="other", team="other", team_alias="other", requested_model="other", '
            'litellm_model_name="other", model_id="other", exception_class="other"}': (0, 20),
        },
        labels={"instance": "a:4000"},
    ),
    "LiteLLMScrapeRefused": Fault(
        counters={
            f'litellm_proxy_total_requests_metric_total{{{PROXY}, route="/metrics/", '
            'status_code="None"}': (0, 4),
            f'litellm_proxy_failed_requests_metric_total{{{PROXY}, route="/metrics/", '
            'exception_class="PermissionError", exception_status="None"}': (0, 4),
        },
        labels={"job": "litellm", "instance": "a:4000"},
    ),
    "LiteLLMScrapeSlow": Fault(
        gauges={f"scrape_duration_seconds{{{PROXY}}}": (0.5, 9.5)},
        labels={"job": "litellm", "instance": "a:4000"},
    ),
    "LiteLLMScrapeLarge": Fault(
        gauges={f"scrape_samples_scraped{{{PROXY}}}": (9000, 600_000)},
        labels={"job": "litellm", "instance": "a:4000"},
    ),
    "LiteLLMModelGroupDown": Fault(
        counters={
            f"litellm_deployment_total_requests_total{{{DEPLOYMENT}}}": (30, 30),
            f"litellm_deployment_success_responses_total{{{DEPLOYMENT}}}": (30, 0),
            f"litellm_deployment_failure_responses_total{{{DEPLOYMENT}, {OPENAI_500}}}": (0, 30),
            f"litellm_deployment_total_requests_total{{{OTHER}}}": (30, 30),
            f"litellm_deployment_success_responses_total{{{OTHER}}}": (30, 0),
            f"litellm_deployment_failure_responses_total{{{OTHER}, {OPENAI_500}}}": (0, 30),
        },
        labels={"requested_model": "fast"},
    ),
    "LiteLLMModelGroupUnserved": Fault(
        counters={
            f'litellm_proxy_total_requests_metric_total{{{REQUEST}, route="/v1/chat", '
            'status_code="200"}': (60, 0),
            f'litellm_proxy_total_requests_metric_total{{{REQUEST}, route="/v1/chat", '
            'status_code="400"}': (0, 15),
            **{
                f"litellm_proxy_failed_requests_metric_total{{{of_key(key)}, {SPENT_CREDIT}}}": (
                    0,
                    5,
                )
                for key in range(3)
            },
        },
        labels={"requested_model": "fast"},
    ),
    "LiteLLMDeploymentUnserved": Fault(
        counters={
            f"litellm_deployment_success_responses_total{{{DEPLOYMENT}}}": (30, 0),
            **{
                f"litellm_deployment_failure_responses_total{{{of_key(key)}, {OF_GPT}, "
                f"{SPENT_CREDIT}}}": (0, 5)
                for key in range(3)
            },
        },
        labels={
            "requested_model": "fast",
            "litellm_model_name": "gpt",
            "model_id": "d1",
        },
    ),
    "LiteLLMDeploymentFailing": Fault(
        counters={
            f"litellm_deployment_success_responses_total{{{DEPLOYMENT}}}": (30, 6),
            f"litellm_deployment_failure_responses_total{{{DEPLOYMENT}, {OPENAI_500}}}": (0, 24),
        },
        labels={
            "requested_model": "fast",
            "litellm_model_name": "gpt",
            "model_id": "d1",
        },
    ),
    "LiteLLMFallbacksFailing": Fault(
        counters={
            f'litellm_deployment_failed_fallbacks_total{{{REQUEST}, fallback_model="other", '
            f"{OPENAI_500}}}": (0, 5),
            f'litellm_deployment_successful_fallbacks_total{{{REQUEST}, fallback_model="other", '
            f"{OPENAI_500}}}": (5, 0),
        },
        labels={"requested_model": "fast"},
    ),
    "LiteLLMCooldownFlapping": Fault(
        counters={
            f'litellm_deployment_cooled_down_total{{{PROXY}, litellm_model_name="fast", '
            'model_id="d1", exception_status="429"}': (0, 0.5)
        },
        labels={"litellm_model_name": "fast", "model_id": "d1"},
    ),
    "LiteLLMUpstreamSlow": Fault(
        counters=answers(_UPSTREAM, f'{REQUEST}, model="gpt", model_id="d1"', (60, 58), (0, 2)),
        labels={"requested_model": "fast"},
        healthy=10_200,
        faulty=240,
        recovering=300,
        every=10,
    ),
    "LiteLLMTrafficStopped": Fault(
        counters={
            f"litellm_proxy_total_requests_metric_total{{{REQUEST}, "
            'route="/v1/chat", status_code="200"}': (60, 0),
            # Who scrapes without a key is no traffic.
            f'litellm_proxy_total_requests_metric_total{{{PROXY}, route="/metrics/", '
            'status_code="401"}': (0, 60),
        },
        healthy=10_200,
        faulty=60,
        recovering=60,
        every=10,
    ),
    "LiteLLMServedFromFallbacks": Fault(
        counters={
            f'litellm_deployment_successful_fallbacks_total{{{REQUEST}, fallback_model="other", '
            f"{OPENAI_500}}}": (0, 30)
        },
        labels={"requested_model": "fast"},
        faulty=80,
    ),
    "LiteLLMProviderRejectsKey": Fault(
        counters={
            f"litellm_deployment_success_responses_total{{{DEPLOYMENT}}}": (30, 0),
            f"litellm_deployment_failure_responses_total{{{DEPLOYMENT}, {OPENAI_401}}}": (0, 30),
        },
        labels={"api_provider": "openai"},
        also=frozenset({"LiteLLMDeploymentFailing"}),
    ),
    "LiteLLMHealthCheckUnanswered": Fault(
        counters={ANSWERED_CHECKS: (0.6, 0), FAILED_CHECKS: (0, 0.6)},
        labels={
            "litellm_model_name": "claude",
            "api_provider": "anthropic",
            "api_base": "https://a.example.com",
        },
    ),
    "LiteLLMHealthChecksFailing": Fault(
        counters={FAILED_CHECKS: (0, 0.6)},
        labels={"exception_class": "Anthropic.NotFoundError", "exception_status": "404"},
        faulty=60,
    ),
    **{
        name: Fault(counters=calls(histogram, labels, (99, 80), (1, 20)))
        for name, (histogram, labels) in MEASURED.items()
    },
    # A moment in the future, and one long ago.
    "LiteLLMBatchCostsStale": Fault(
        gauges={f"litellm_check_batch_cost_last_run_timestamp{{{PROXY}}}": (20_000, 1)},
        faulty=200,
        recovering=100,
    ),
    "LiteLLMBatchCostsFailing": Fault(
        counters={f'litellm_check_batch_cost_errors_total{{{PROXY}, error_type="auth"}}': (0, 0.1)},
        labels={"error_type": "auth"},
        faulty=60,
        recovering=300,
    ),
    "LiteLLMKeyBudgetNearlySpent": Fault(
        gauges=_budget("api_key", 'hashed_api_key="h2", api_key_alias="poor"'),
        labels={"api_key_alias": "poor", "hashed_api_key": "h2"},
    ),
    "LiteLLMTeamBudgetNearlySpent": Fault(
        gauges=_budget("team", 'team="t2", team_alias="ads"'),
        labels={"team_alias": "ads", "team": "ads"},
    ),
    "LiteLLMUserBudgetNearlySpent": Fault(
        gauges=_budget("user", 'user="ada"'), labels={"user": "ada"}
    ),
    "LiteLLMOrganizationBudgetNearlySpent": Fault(
        gauges=_budget("org", 'org_id="o1", org_alias="acme"'),
        labels={"org_alias": "acme", "org_id": "o1"},
    ),
    "LiteLLMProviderBudgetNearlySpent": Fault(
        gauges={
            f'litellm_provider_remaining_budget_metric{{{PROXY}, api_provider="openai"}}': (100, 5)
        },
        labels={"api_provider": "openai"},
        healthy=130,
    ),
    "LiteLLMKeyBudgetRunsOut": _labelled(
        _runs_out(
            "api_key",
            'hashed_api_key="h2", api_key_alias="poor"',
            'hashed_api_key="h2", api_key_alias="poor", requested_model="fast", team_alias="ads"',
        ),
        api_key_alias="poor",
        hashed_api_key="h2",
    ),
    "LiteLLMTeamBudgetRunsOut": _labelled(
        _runs_out(
            "team",
            'team="t2", team_alias="ads"',
            'requested_model="fast", team="t2", team_alias="ads"',
        ),
        team_alias="ads",
        team="ads",
    ),
    "LiteLLMUserBudgetRunsOut": _labelled(
        _runs_out("user", 'user="ada"', 'requested_model="fast", team_alias="ads", user="ada"'),
        user="ada",
    ),
    "LiteLLMOrganizationBudgetRunsOut": _labelled(
        _runs_out(
            "org",
            'org_id="o1", org_alias="acme"',
            'requested_model="fast", team_alias="ads", org_id="o1", org_alias="acme"',
        ),
        org_alias="acme",
        org_id="o1",
    ),
    "LiteLLMSpendSurge": Fault(
        counters={f"litellm_spend_metric_total{{{REQUEST}}}": (0.05, 1.0)},
        # Who spends has less left.
        gauges={f"litellm_remaining_api_key_budget_metric{{{PROXY}, {KEY}}}": (90, 89)},
        labels={"team_alias": "search", "team": "search"},
        also=frozenset({"LiteLLMKeyBudgetRunsOut"}),
        healthy=10_200,
        faulty=240,
        recovering=300,
        every=10,
    ),
    "LiteLLMTeamDailySpend": Fault(
        counters={f"litellm_spend_metric_total{{{REQUEST}}}": (0.01, 1.0)},
        labels={"team_alias": "search", "team": "search"},
        faulty=60,
        recovering=1800,
        every=10,
        settings={"dailySpendLimits": {"search": 20}},
    ),
    **{
        f"LiteLLM{name}SpendSurge": Fault(
            counters={f'litellm_spend_metric_total{{{REQUEST}, api_provider="openai"}}': (0.05, 1)},
            labels=labels,
            healthy=10_200,
            faulty=240,
            recovering=300,
            every=10,
        )
        for name, labels in SPENT_BY.items()
    },
    **{
        f"LiteLLM{name}DailySpend": Fault(
            counters={
                f'litellm_spend_metric_total{{{REQUEST}, api_provider="openai"}}': (0.001, 1)
            },
            labels=labels,
            faulty=60,
            recovering=1800,
            every=10,
            settings={f"daily{name}SpendLimits": dict.fromkeys(labels.values(), 20)},
        )
        for name, labels in SPENT_BY.items()
    },
    "LiteLLMZeroCostRequests": Fault(
        counters={
            f'litellm_zero_cost_requests_total{{{PROXY}, requested_model="fast", model="gpt", '
            'model_id="d1", api_provider="openai", reason="missing_pricing_key"}': (0, 1)
        },
        labels={"requested_model": "fast", "model": "gpt", "reason": "missing_pricing_key"},
        recovering=150,
    ),
    "LiteLLMSpendCaptureLow": Fault(
        gauges={
            f'litellm_spend_capture_rate{{{PROXY}, api_provider="openai"}}': (0.98, 0.8),
            # A proxy that checked before, and one whose check found no rate.
            f'litellm_spend_capture_rate{{{PROXY}, pid="7", api_provider="openai"}}': (0.5, 0.5),
        },
        labels={"api_provider": "openai"},
        faulty=100,
        recovering=150,
    ),
    "LiteLLMKeyAtRateLimit": Fault(
        gauges={
            f'litellm_api_key_rate_limit_used_metric{{{PROXY}, {KEY}, rate_limit_type="requests"}}': (
                10,
                100,
            )
        },
        labels={"api_key_alias": "search-prod", "hashed_api_key": "h1"},
    ),
    "LiteLLMTeamAtRateLimit": Fault(
        gauges={
            f'litellm_team_rate_limit_used_metric{{{PROXY}, {TEAM}, rate_limit_type="tokens"}}': (
                10,
                100,
            ),
            f"litellm_team_rate_limit_allowed_metric{{{PROXY}, {TEAM}, "
            'rate_limit_type="tokens"}': (100, 100),
        },
        labels={"team_alias": "search", "team": "search"},
    ),
    "LiteLLMProviderLimitNearlyUsed": Fault(
        gauges={
            f'litellm_remaining_requests_metric{{{PROXY}, model_group="fast", '
            'api_provider="openai"}': (1000, 20)
        },
        labels={"model_group": "fast", "api_provider": "openai"},
        settings={"overrides": {"LiteLLMProviderLimitNearlyUsed": {"enabled": True}}},
    ),
    "LiteLLMRedisFailing": Fault(
        counters={f"litellm_redis_failed_requests_total{{{PROXY}}}": (0, 300)}
    ),
    "LiteLLMPostgresFailing": Fault(
        counters={f"litellm_postgres_failed_requests_total{{{PROXY}}}": (0, 30)}
    ),
    "LiteLLMRedisCircuitOpen": Fault(
        gauges={f'litellm_redis_circuit_breaker_state{{{PROXY}, state="open"}}': (0, 2)}
    ),
    "LiteLLMCallbacksFailing": Fault(
        counters={
            f'litellm_callback_logging_failures_metric_total{{{PROXY}, callback_name="s3"}}': (0, 2)
        },
        labels={"callback_name": "s3"},
    ),
    "LiteLLMCleanupFailing": Fault(
        counters={
            f'litellm_spend_log_cleanup_batch_failures_total{{{PROXY}, table="logs"}}': (0, 0.1)
        },
        labels={"table": "logs"},
        recovering=500,
    ),
    "LiteLLMCleanupStuck": Fault(
        gauges={
            f'litellm_spend_log_cleanup_rows_remaining{{{PROXY}, table="logs"}}': (100, 50_000)
        },
        labels={"table": "logs"},
        faulty=120,
    ),
    "LiteLLMLedgerStopped": Fault(
        # What a run says last stays, however bad it was.
        counters={f"litellm_accounting_batch_seconds_count{{{PROXY}}}": (5, 0)},
        gauges={f"litellm_accounting_oldest_pending_seconds{{{PROXY}}}": (8, 8)},
    ),
    "LiteLLMLedgerDelayed": Fault(
        gauges={f"litellm_accounting_oldest_pending_seconds{{{PROXY}}}": (290, 310)}
    ),
    "LiteLLMLedgerParked": Fault(gauges={f"litellm_accounting_parked{{{PROXY}}}": (0, 1)}),
    "LiteLLMLedgerDeliveries": Fault(
        gauges={f"litellm_accounting_batch_deliveries{{{PROXY}}}": (999_999, 1_000_001)}
    ),
    "LiteLLMLedgerTableLarge": Fault(
        gauges={f"litellm_accounting_delivery_table_bytes{{{PROXY}}}": (2**30 - 1, 2**30 + 1)}
    ),
    "LiteLLMRequestsRejected": Fault(
        counters={
            f'litellm_admission_rejected_requests_total{{{PROXY}, reason="queue_full"}}': (0, 10)
        },
        labels={"reason": "queue_full"},
    ),
    "LiteLLMRequestsQueued": Fault(
        gauges={f"litellm_admission_queued_requests{{{PROXY}}}": (1, 40)}
    ),
    "LiteLLMGuardrailErrors": Fault(
        counters={
            f'litellm_guardrail_errors_total{{{PROXY}, guardrail_name="pii"}}': (0, 20),
            f'litellm_guardrail_requests_total{{{PROXY}, guardrail_name="pii", '
            'status="success"}': (60, 60),
        },
        labels={"guardrail_name": "pii"},
    ),
}
"""By the name of the alert. What is at fault otherwise than by numbers is in test_alert_rules.py."""
