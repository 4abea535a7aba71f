"""How often the Grafana provider asks again, in its own environment variables.

All that alerting knows of contact points, templates and mute timings is one object in Grafana: of
two who change it at once, one is told 409 (Grafana 13) or 500 (Grafana 12). A database in a single
file says 500, "database is locked". By itself the provider asks four times, at times that double:
stacks that have met once do so again.
"""

import os
from collections.abc import Mapping

RETRIES: Mapping[str, str] = {
    "GRAFANA_RETRIES": "15",
    "GRAFANA_RETRY_WAIT": "1",
    "GRAFANA_RETRY_STATUS_CODES": "401,409,412,429,5xx",
}
"""As long as its own; those that it asks again for are its own too, but for 409."""


def retries() -> dict[str, str]:
    """What this process's environment leaves open of :data:`RETRIES`."""
    return {name: value for name, value in RETRIES.items() if not os.environ.get(name)}
