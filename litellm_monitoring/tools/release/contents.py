"""What a release holds for those who run no Pulumi: dashboards, alerts and rule files."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from litellm_monitoring.tools.rendering import render_to

STACK = "proxy"
"""The stack that uids and titles are of."""

PROVISIONED = "/etc/grafana"
"""Where Grafana's packages and images have the directory ``provisioning``."""

_COMMON = {"prometheus": {"url": "http://prometheus:9090"}}
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "grafana": {
        "alerts": {
            "managedBy": "grafana",
            "contactPoint": {"email": {"addresses": ["llm-oncall@example.com"]}},
        }
    },
    "prometheus": {"alerts": {"managedBy": "prometheus"}},
}
"""What evaluates the alerts, and the settings that say so."""

_READ_ME = {
    "grafana": """\
# LiteLLM's monitoring, for a Grafana that evaluates the alerts

Copy `provisioning` to `/etc/grafana` (where else Grafana has it, mend `path` in `provisioning/dashboards`), set
the address of your Prometheus in `provisioning/datasources`, and whom to notify in the contact point in
`provisioning/alerting`. Then restart Grafana.
""",
    "prometheus": """\
# LiteLLM's monitoring, for a Prometheus that evaluates the alerts

Load one file of `rules`: that of `prometheus` as a rule file, that of `kubernetes` for the Prometheus Operator,
or that of `mimir` for Mimir's ruler. Your Alertmanager routes the alerts by their labels. The dashboards read
what these rules record: copy `provisioning` to `/etc/grafana` (where else Grafana has it, mend `path` in
`provisioning/dashboards`), set the address of your Prometheus in `provisioning/datasources`, and restart Grafana.
""",
}


def contents(project: Path) -> dict[str, dict[str, bytes]]:
    """The files of each archive, by the name of what evaluates the alerts; ``project`` is the
    directory of ``Pulumi.yaml``.
    """
    return {kind: _rendered(kind, project) for kind in _SETTINGS}


def _rendered(kind: str, project: Path) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as scratch:
        root, out = Path(scratch).resolve() / "project", Path(scratch).resolve() / "out"
        root.mkdir()
        (root / "Pulumi.yaml").write_bytes((project / "Pulumi.yaml").read_bytes())
        config = {f"litellm-monitoring:{key}": each for key, each in _settings(kind).items()}
        # JSON is YAML.
        (root / f"Pulumi.{STACK}.yaml").write_text(json.dumps({"config": config}), "utf-8")
        files = {
            str(path.relative_to(out)): path.read_bytes().replace(
                str(out).encode(), PROVISIONED.encode()
            )
            for path in render_to(out, STACK, root)
        }
    return {"README.md": _READ_ME[kind].encode(), **files}


def _settings(kind: str) -> dict[str, Any]:
    return {**_COMMON, **_SETTINGS[kind]}
