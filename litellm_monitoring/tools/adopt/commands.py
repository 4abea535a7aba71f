"""``python -m tools adopt``: what somebody has made by hand, and how to take it over."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litellm_monitoring.infra.settings.kinds.fields import http_url
from litellm_monitoring.tools import project
from litellm_monitoring.tools.terminal import console, plain_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litellm_monitoring.infra.settings.models.grafana_provider import GrafanaAccess
    from litellm_monitoring.tools.adopt.plan import Finding


@click.command()
@click.option("--grafana", "url", help="Grafana's address; by default the stack's.")
@click.option("--stack", default="dev", show_default=True, help="Stack, as in Pulumi.<stack>.yaml.")
@click.option(
    "--out",
    default="adopt.json",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, for pulumi import --file.",
)
@click.option(
    "--take-over",
    "takes_over",
    is_flag=True,
    help="Import what is to become the stack's and needs no setting into its state.",
)
def adopt(url: str | None, stack: str, out: Path, takes_over: bool) -> None:
    """Find LiteLLM dashboards, folders and data sources that are in no stack's state, and whatever
    else the stack declares and has not made.

    Says what adopting would do to each, and writes the file for pulumi import. Without --take-over,
    changes nothing itself. GRAFANA_AUTH holds a token, or user:password.
    """
    from litellm_monitoring.infra.declaration.stack import declare
    from litellm_monitoring.tools.adopt.inventory import inventory
    from litellm_monitoring.tools.adopt.plan import findings, import_file, import_ids
    from litellm_monitoring.tools.adopt.states import held
    from litellm_monitoring.tools.adopt.take_over import take_over
    from litellm_monitoring.tools.configuration.settings_file import settings_of

    access = _access(url, stack)
    organisation = access.headers.get("X-Grafana-Org-Id", "")
    declaration = declare(settings_of(stack, project.ROOT), stack)
    states = held(project.ROOT, console())
    there = inventory(access)
    for remark in there.remarks:
        click.echo(remark)
    found = findings(there, declaration, stack, states)
    if not found:
        click.echo("Nothing of LiteLLM's exists outside of stacks.")
        return
    _print(found)
    if takes_over:
        ready = [each for each in found if not each.settings]
        take_over(import_ids(ready, organisation), stack, project.ROOT, console())
        found = [each for each in found if each.settings]
    _print_settings(found, stack)
    if any(each.resource for each in found):
        content = import_file(found, stack, states, organisation)
        out.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        click.echo(
            f"\nThen run: {project.COMMAND} adopt --stack {stack} --take-over"
            f"\nor: pulumi import --file {out} --stack {stack} --generate-code=false "
            "--protect=false\nand see what the next deployment would change: "
            f"{project.COMMAND} preview --stack {stack}"
        )


def _access(url: str | None, stack: str) -> "GrafanaAccess":
    from litellm_monitoring.infra.settings.models.grafana_provider import (
        GrafanaAccess,
        provider_settings,
    )
    from litellm_monitoring.tools.configuration.grafana import grafana_access

    if url is None:
        if access := grafana_access(stack, project.ROOT, console()):
            return access
        raise click.ClickException(
            f"no Grafana is known for stack {stack}: name it with --grafana, and set GRAFANA_AUTH to "
            "a token, or to user:password"
        )
    try:
        http_url(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--grafana") from None
    access = GrafanaAccess.of_provider(
        {"auth": "anonymous", **provider_settings({}, os.environ), "url": url}
    )
    assert access
    return access


def _print(found: "Sequence[Finding]") -> None:
    from rich.text import Text

    from litellm_monitoring.infra.settings.loading.stack import printable

    table = plain_table("", "title", "uid", "would")
    for each in found:
        cells = (each.title, each.uid, each.fate)
        table.add_row(each.kind, *(Text(printable(cell)) for cell in cells))
    console().print(table)


def _print_settings(found: "Sequence[Finding]", stack: str) -> None:
    from litellm_monitoring.embedded.storage import to_yaml
    from litellm_monitoring.tools.adopt.plan import settings_to_set

    if settings := settings_to_set(found):
        click.echo(f"\nSet in Pulumi.{stack}.yaml, below config:")
        click.echo(to_yaml(project.with_namespace(settings)).rstrip())
