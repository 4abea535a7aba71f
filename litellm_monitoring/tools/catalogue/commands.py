"""``python -m tools catalogue``: bring ``litellm_monitoring/signals/catalogue/metrics.yaml`` up to date with a LiteLLM."""

import json
from pathlib import Path
from typing import Any

import click
import yaml

from litellm_monitoring.embedded.storage import write_text
from litellm_monitoring.tools import project
from litellm_monitoring.tools.process import printed
from litellm_monitoring.tools.terminal import console

INSTALLATIONS = project.ROOT / ".tools" / "litellm"
"""Where each LiteLLM that is looked at is installed, by version."""

_FILE = project.ROOT / "litellm_monitoring/signals/catalogue/metrics.yaml"
_BEGIN = "\nlitellm:"


@click.command()
@click.option("--litellm", "version", help="LiteLLM's version; the newest known unless given.")
def catalogue(version: str | None) -> None:
    """Ask a LiteLLM what it measures and take it over into litellm_monitoring/signals/catalogue/metrics.yaml.

    LiteLLM is installed into a virtual environment of its own. What is written by hand stays.
    Prints what came, went and changed since the nearest version that the catalogue knows.
    """
    from litellm_monitoring.tools.catalogue.installation import installed
    from litellm_monitoring.tools.catalogue.merge import changes, merged, nearest

    known = yaml.safe_load(_FILE.read_text("utf-8"))
    version = version or known["litellm"]["newest"]
    python = installed(version, INSTALLATIONS, console())
    with console().status(f"Asking LiteLLM {version} what it measures"):
        observed = observed_by(python)
    found = changes(known, observed)
    against = nearest(known, version)
    click.echo(f"LiteLLM {version} has {len(observed['families'])} families; against {against}:")
    click.echo("\n".join(found) or "nothing came, went or changed")
    for module, problem in observed["unknown"].items():
        click.echo(f"Its module {module} {problem}.")
    if "unknown" in {family["switch"] for family in observed["families"].values()}:
        click.echo(
            "Name what enables them in _SWITCHES of litellm_monitoring/tools/catalogue/introspect.py."
        )
    header = _FILE.read_text("utf-8").partition(_BEGIN)[0]
    write_text(_FILE, f"{header}\n{as_yaml(merged(known, observed))}")
    unknown = observed["families"].keys() - known["families"].keys()
    if unknown:
        click.echo(
            f"Add by hand what only people know of {', '.join(sorted(unknown))}: unit, needs."
        )


def observed_by(python: Path) -> dict[str, Any]:
    """What ``introspect.py`` prints when it is run by ``python``."""
    script = Path(__file__).with_name("introspect.py")
    told = printed([python, script], "LiteLLM does not say what it measures")
    found: dict[str, Any] = json.loads(told)
    return found


class _Dumper(yaml.SafeDumper):
    """Lists, and mappings of labels, on one line; one family below the other."""

    def ignore_aliases(self, data: object) -> bool:
        """The same buckets stand with each histogram: a reference would have to be looked up."""
        return True


def as_yaml(catalogue: Any) -> str:
    """The catalogue as it is kept: a line for each key of each family."""
    return yaml.dump(
        catalogue,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=float("inf"),
        default_flow_style=None,
    )
