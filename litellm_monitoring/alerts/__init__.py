"""What wakes people: alerts as plain data over signals, and the renderings of one rule.

A new alert is an entry in one of the modules, its fault in ``tests/rules/alert_faults.py``, and
``make reference``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from litellm_monitoring.alerts.alert import Alert
from litellm_monitoring.alerts.running import dependencies, internals, ledger, pods
from litellm_monitoring.alerts.serving import health_checks, objectives, proxy, traffic, upstream
from litellm_monitoring.alerts.spending import limits, spend, spend_by

__all__ = ["CATALOGUE", "Alert"]

CATALOGUE: Mapping[str, Alert] = MappingProxyType(
    {
        alert.name: alert
        for module in (
            *(objectives, proxy, pods, traffic, upstream, health_checks),
            *(spend, spend_by, limits, internals, ledger, dependencies),
        )
        for alert in module.ALERTS
    }
)
"""Every alert by its name, which names it in settings and in its runbook."""
