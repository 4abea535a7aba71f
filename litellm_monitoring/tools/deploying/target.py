"""Where a stack is deployed to."""

from collections.abc import Mapping
from dataclasses import dataclass

from litellm_monitoring.embedded.files import ProvisioningDirectory


@dataclass(frozen=True)
class Target:
    """``environment`` is what the engine is run with; ``directory`` is None for a real Grafana;
    ``description`` is for people.
    """

    environment: Mapping[str, str]
    directory: ProvisioningDirectory | None
    description: str
    is_gone: bool = False
    """Whether all that was deployed has vanished with its directory, unseen by the engine."""
