"""What LiteLLM's labels are called, and what a missing value of one is called, in words."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "api_base": "address",
        "api_key_alias": "alias",
        "api_provider": "provider",
        "client_ip": "client address",
        "end_user": "end user",
        "exception_class": "exception",
        "exception_status": "status",
        "fallback_model": "fallback model",
        "litellm_model_name": "model",
        "mcp_server_name": "MCP server",
        "model": "model",
        "model_group": "model group",
        "model_id": "deployment",
        "org_alias": "organization",
        "project_alias": "project",
        "requested_model": "model group",
        "route": "route",
        "service_tier": "service tier",
        "status_code": "status",
        "team_alias": "team",
        "user": "user",
        "user_agent": "user agent",
        "user_email": "e-mail address",
    }
)
"""Labels whose value LiteLLM may not know: it then writes ``None`` or nothing."""

NO_VALUE = "None|"
"""A regular expression for what stands for a missing value."""


def without_a_value(label: str) -> str:
    """What people read where a series has no value for ``label``."""
    return f"no {WORDS[label]}"
