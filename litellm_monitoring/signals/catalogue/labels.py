"""What people read in place of what LiteLLM writes where a label has no value."""

from collections.abc import Mapping
from types import MappingProxyType

CONFIGURED = frozenset(
    {
        *("requested_model", "model_group", "model", "litellm_model_name", "model_id"),
        *("api_provider", "service_tier", "status_code", "guardrail_name", "route"),
        *("mcp_server_name", "mcp_tool_name"),
    }
)
"""Labels that have no more values than the proxy's configuration or code has."""

NO_VALUE: Mapping[str, str] = MappingProxyType(
    {
        "api_base": "no address",
        "api_key_alias": "no alias",
        "api_provider": "no provider",
        "client_ip": "no address",
        "end_user": "no end user",
        "exception_class": "no exception",
        "exception_status": "no status",
        "fallback_model": "no fallback",
        "litellm_model_name": "no model",
        "mcp_server_name": "no server",
        "model": "no model",
        "model_group": "no model group",
        "org_alias": "no organization",
        "project_alias": "no project",
        "requested_model": "no model group",
        "route": "no route",
        "service_tier": "no service tier",
        "status_code": "no status",
        "team_alias": "no team",
        "user": "no user",
        "user_agent": "no user agent",
        "user_email": "no email address",
    }
)
"""By the labels whose value LiteLLM may not know: it then writes ``None`` or nothing."""

HEALTH_CHECKS = "litellm-internal-health-check"
"""The alias and team that LiteLLM counts its background health checks under, as if somebody asked
(``LITTELM_INTERNAL_HEALTH_SERVICE_ACCOUNT_NAME`` in its ``constants.py``).
"""

_LINES = str.maketrans("\n", " ", "\r\u2028\u2029")


def spellings(name: str) -> tuple[str, ...]:
    """How LiteLLM writes the ``name`` of a team or key as a label's value. Newer versions escape it
    before Prometheus's client library does so again, and have a space for a line break
    (``sanitize_prometheus_label_value`` in LiteLLM's ``types/integrations/prometheus.py``); older
    ones leave it as it is. A team that is called what another one's name is escaped to cannot be
    told from it.
    """
    newer = name.translate(_LINES).replace("\\", "\\\\").replace('"', '\\"')
    return tuple(dict.fromkeys((newer, name)))
