"""LiteLLM's configuration for the tests: every feature on that runs without a database, a licence
or the internet.
"""

from pathlib import Path
from typing import Any

LOADED = Path(__file__).with_name("loaded")
"""Modules that LiteLLM imports from the directory of its configuration."""

MASTER_KEY = "sk-master"
KEYS: dict[str, dict[str, Any]] = {
    "sk-search": {
        "key_alias": "search-prod",
        "team_id": "t1",
        "team_alias": "search",
        "user_id": "u1",
        "user_email": "ada@example.com",
        "org_id": "o1",
        "organization_alias": "acme",
        "spend": 1.0,
        "max_budget": 500_000,
        "budget_duration": "2d",
        "team_spend": 10,
        "team_max_budget": 900_000,
        "user_spend": 2,
        "user_max_budget": 70_000,
        "organization_max_budget": 500_000,
        "rpm_limit": 60_000,
        "tpm_limit": 10_000_000,
        "team_rpm_limit": 100_000,
        "team_tpm_limit": 20_000_000,
        "project_id": "p1",
        "project_alias": "ranking",
        "metadata": {
            "model_rpm_limit": {"fast": 50_000},
            "model_tpm_limit": {"fast": 5_000_000},
            "cost_center": "R&D",
        },
        "project_metadata": {
            "model_rpm_limit": {"fast": 40_000},
            "model_tpm_limit": {"fast": 4_000_000},
        },
    },
    "sk-ads": {
        "key_alias": "ads-prod",
        "team_id": "t2",
        "team_alias": "Ads & Ranking",
        "metadata": {"cost_center": 'Ads "Core" (1.5) $1'},
    },
    "sk-poor": {
        "key_alias": "poor",
        "team_id": "t2",
        "team_alias": "Ads & Ranking",
        "user_id": "u3",
        "spend": 11,
        "max_budget": 10,
    },
    "sk-slow": {
        "key_alias": "slow",
        "team_id": "t2",
        "team_alias": "Ads & Ranking",
        "rpm_limit": 1,
    },
    "sk-plain": {},
    MASTER_KEY: {"key_alias": "admin", "user_role": "proxy_admin"},
}
"""What LiteLLM knows of each virtual key: the fields of its UserAPIKeyAuth."""

_NEVER_RESTS = {"allowed_fails": 1_000_000}
"""Always asked, however often it has failed."""

INPUT_COST, OUTPUT_COST = 0.001, 0.002
"""Dollars per token, of every model but those that say otherwise."""


def configuration(upstream: str, redis_port: int, python: Path) -> dict[str, Any]:
    """Everything on; a test takes away what it wants to be off."""

    def model(name: str, upstream_name: str = "", **fields: Any) -> dict[str, Any]:
        info = {"id": f"{name}-{upstream_name or name}", **fields.pop("info", {})}
        parameters = {
            "model": f"openai/{upstream_name or name}",
            "api_base": upstream,
            "api_key": "upstream-key",
            "input_cost_per_token": INPUT_COST,
            "output_cost_per_token": OUTPUT_COST,
            "max_retries": 0,
            **fields,
        }
        return {"model_name": name, "litellm_params": parameters, "model_info": info}

    return {
        "model_list": [
            model("fast", rpm=10_000, tpm=1_000_000),
            model("broken", info=_NEVER_RESTS),
            model("limited", info=_NEVER_RESTS),
            model("denied", info=_NEVER_RESTS),
            model("hanging", timeout=1),
            model("flapping", info=_NEVER_RESTS),
            model("pair", "fast"),
            model("pair", "broken"),
            model("twins", "fast"),
            model("twins", "denied", weight=1000),
            model("free", "fast", input_cost_per_token=0, output_cost_per_token=0),
            model("saved", "broken"),
            model("lost", "broken"),
            model("embedder", info={"mode": "embedding"}),
            model("painter", info={"mode": "image_generation"}, output_cost_per_image=0.02),
        ],
        "litellm_settings": {
            "callbacks": ["prometheus", "failing_callback.failing_callback"],
            "service_callback": ["prometheus_system"],
            "cache": True,
            "cache_params": {
                "type": "redis",
                "host": "127.0.0.1",
                "port": redis_port,
                "mode": "default_off",
            },
            "require_auth_for_metrics_endpoint": False,
            "enable_end_user_cost_tracking_prometheus_only": True,
            "num_retries": 0,
            "fallbacks": [{"saved": ["fast"]}, {"lost": ["denied"]}],
        },
        "router_settings": {
            "num_retries": 0,
            "redis_host": "127.0.0.1",
            "redis_port": redis_port,
            "cooldown_time": 5,
            "provider_budget_config": {"openai": {"budget_limit": 100_000, "time_period": "1d"}},
        },
        "general_settings": {
            "master_key": MASTER_KEY,
            "custom_auth": "custom_auth.user_api_key_auth",
            "custom_auth_run_common_checks": True,
            "max_in_flight_requests_per_worker": 8,
            "max_queued_requests_per_worker": 0,
            "background_health_checks": True,
            "health_check_interval": 60,
        },
        "guardrails": [
            {
                "guardrail_name": "no-forbidden-words",
                "litellm_params": {
                    "guardrail": "guardrail.NoForbiddenWords",
                    "mode": "pre_call",
                    "default_on": True,
                },
            }
        ],
        "mcp_servers": {
            "tools": {
                "transport": "stdio",
                "command": str(python),
                "args": [str(LOADED / "tools_server.py")],
                "allow_all_keys": True,
                "mcp_info": {"mcp_server_cost_info": {"default_cost_per_query": 0.01}},
            }
        },
    }
