"""What people read in place of LiteLLM's labels, and of values that it does not have."""

from collections.abc import Mapping
from types import MappingProxyType

SHOWN: Mapping[str, str] = MappingProxyType(
    {
        "api_base": "Address",
        "api_key_alias": "Key",
        "api_provider": "Provider",
        "client_ip": "Client",
        "end_user": "End_user",
        "exception_class": "Exception",
        "exception_status": "Status",
        "fallback_model": "Fallback",
        "litellm_model_name": "Model",
        "mcp_server_name": "Server",
        "model": "Model",
        "model_group": "Model_group",
        "org_alias": "Organization",
        "project_alias": "Project",
        "requested_model": "Model_group",
        "route": "Route",
        "service_tier": "Service_tier",
        "status_code": "Status",
        "team_alias": "Team",
        "user": "User",
        "user_agent": "User_agent",
        "user_email": "E_mail",
    }
)
"""The labels whose value LiteLLM may not know: it then writes ``None`` or nothing. Each is shown
under a name of its own, which no label of LiteLLM's has.
"""

_WITHOUT_A_VALUE = {"api_key_alias": "no alias", "user_email": "no e-mail address"}


def shown_as(label: str) -> str:
    """The name under which people see ``label``."""
    return SHOWN.get(label, label)


def with_words(expression: str, label: str) -> str:
    """``expression``, in which each series has another value of ``label``, with the label that
    people see. Both of what stands for a missing value become one there, so it is to be
    aggregated once more.
    """
    shown = shown_as(label)
    missing = _WITHOUT_A_VALUE.get(label, f"no {shown.lower().replace('_', ' ')}")
    copied = f'label_replace({expression}, "{shown}", "$1", "{label}", "(.*)")'
    return f'label_replace({copied}, "{shown}", "{missing}", "{label}", "None|")'
