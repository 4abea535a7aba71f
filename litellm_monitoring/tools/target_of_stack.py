"""Which Grafana a stack is deployed to: the one that is configured, or a directory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.provider import served
from litellm_monitoring.tools.configuration.stack import is_grafana_configured
from litellm_monitoring.tools.deploying.target import Target


@contextmanager
def target_of(stack: str, root: Path) -> Iterator[Target]:
    """The Grafana that is configured for ``stack``; where there is none ``build/grafana``, behind
    a provider that is served meanwhile.
    """
    if is_grafana_configured(stack, root, os.environ):
        yield Target({}, None, "to the configured Grafana")
        return
    directory = ProvisioningDirectory(root / "build" / "grafana")
    with served(directory) as port:
        yield Target(
            {
                "PULUMI_DEBUG_PROVIDERS": f"grafana:{port}",
                # Nothing is to be downloaded: trying to takes seconds where there is no network.
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            },
            directory,
            "no Grafana is configured, so to build/grafana",
            is_gone=not directory.root.exists(),
        )
