"""What a release holds for those who run no Pulumi: dashboards, alerts and rule files."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litellm_monitoring.tools.rendering import PROVISIONING, render_to

STACK = "proxy"
"""The stack that uids and titles are of."""

PROVISIONED = "/etc/grafana"
"""Where Grafana's packages and images have the directory ``provisioning``."""

_COMMON = {"prometheus": {"url": "http://prometheus:9090"}}


@dataclass(frozen=True)
class _Archive:
    """What is rendered for it: in which format, with which settings, and how people use it."""

    read_me: str
    form: str = PROVISIONING
    settings: Mapping[str, Any] = field(default_factory=dict)


_ARCHIVES: Mapping[str, _Archive] = {
    "grafana": _Archive(
        """\
# LiteLLM's monitoring, for a Grafana that evaluates the alerts

Copy `provisioning` to `/etc/grafana` (where else Grafana has it, mend `path` in `provisioning/dashboards`), set
the address of your Prometheus in `provisioning/datasources`, and whom to notify in the contact point in
`provisioning/alerting`. Then restart Grafana.
""",
        settings={
            "alerts": {
                "managedBy": "grafana",
                "contactPoint": {"email": {"addresses": ["llm-oncall@example.com"]}},
            }
        },
    ),
    "prometheus": _Archive(
        """\
# LiteLLM's monitoring, for a Prometheus that evaluates the alerts

Load one file of `rules`: that of `prometheus` as a rule file, that of `kubernetes` for the Prometheus Operator,
or that of `mimir` for Mimir's ruler. Your Alertmanager routes the alerts by their labels. The dashboards read
what these rules record: copy `provisioning` to `/etc/grafana` (where else Grafana has it, mend `path` in
`provisioning/dashboards`), set the address of your Prometheus in `provisioning/datasources`, and restart Grafana.
""",
        settings={"alerts": {"managedBy": "prometheus"}},
    ),
    "import": _Archive(
        """\
# LiteLLM's dashboards, for *Dashboards > New > Import*

Import each file. Grafana asks for the Prometheus data source that scrapes LiteLLM. There are no alerts in it.
""",
        form="import",
    ),
}


def contents(project: Path) -> dict[str, dict[str, bytes]]:
    """The files of each archive, by its name; ``project`` is the directory of ``Pulumi.yaml``."""
    return {name: _rendered(archive, project) for name, archive in _ARCHIVES.items()}


def _rendered(archive: _Archive, project: Path) -> dict[str, bytes]:
    config = {
        f"litellm-monitoring:{key}": value for key, value in {**_COMMON, **archive.settings}.items()
    }
    with tempfile.TemporaryDirectory() as scratch:
        root, out = Path(scratch).resolve() / "project", Path(scratch).resolve() / "out"
        root.mkdir()
        (root / "Pulumi.yaml").write_bytes((project / "Pulumi.yaml").read_bytes())
        # JSON is YAML.
        (root / f"Pulumi.{STACK}.yaml").write_text(json.dumps({"config": config}), "utf-8")
        files = {
            str(path.relative_to(out)): path.read_bytes().replace(
                str(out).encode(), PROVISIONED.encode()
            )
            for path in render_to(out, STACK, root, archive.form)
        }
    return {"README.md": archive.read_me.encode(), **files}
