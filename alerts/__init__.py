"""What wakes people: alerts as plain data over signals, and the renderings of one rule.

A new alert is an entry in one of the modules, its fault in ``tests/rules/alert_faults.py``, and
``make reference``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from alerts import (
    dependencies,
    health_checks,
    internals,
    ledger,
    limits,
    objectives,
    pods,
    proxy,
    spend,
    spend_by,
    traffic,
    upstream,
)
from alerts.alert import Alert

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
