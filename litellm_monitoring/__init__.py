"""LiteLLM's monitoring in Grafana, for Pulumi programs and from the command line."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litellm_monitoring.infra.arguments.types import MonitoringArgs, TeamArgs
    from litellm_monitoring.infra.program.component import LiteLLMMonitoring
    from litellm_monitoring.infra.program.stack import stack_monitoring

__all__ = ["LiteLLMMonitoring", "MonitoringArgs", "TeamArgs", "stack_monitoring"]

_MODULES = {
    "LiteLLMMonitoring": "litellm_monitoring.infra.program.component",
    "MonitoringArgs": "litellm_monitoring.infra.arguments.types",
    "TeamArgs": "litellm_monitoring.infra.arguments.types",
    "stack_monitoring": "litellm_monitoring.infra.program.stack",
}


def __getattr__(name: str) -> Any:
    """What programs import, with Pulumi's SDK, for which the command line need not wait."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(_MODULES[name]), name)
