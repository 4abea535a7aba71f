"""``python -m tools adopt``: what somebody has made by hand, and how to take it over."""

from pathlib import Path

import click

from infra.fields import http_url
from tools import project
from tools.terminal import console, plain_table


@click.command()
@click.option("--grafana", "url", required=True, help="Grafana's address.")
@click.option("--stack", default="dev", show_default=True, help="Stack, as in Pulumi.<stack>.yaml.")
@click.option(
    "--out",
    default="adopt.json",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, for pulumi import --file.",
)
def adopt(url: str, stack: str, out: Path) -> None:
    """Find LiteLLM dashboards, folders and data sources that were not created by a stack.

    Says what adopting would do to each, and writes the file for pulumi import. Changes nothing
    itself. GRAFANA_AUTH holds a token, or user:password.
    """
    from rich.text import Text

    from embedded.storage import to_yaml
    from infra.declaration import declare
    from infra.loading import printable
    from tools.adopt.inventory import inventory
    from tools.adopt.plan import findings, import_file, settings_to_set
    from tools.declared import uids
    from tools.settings_file import settings_of

    try:
        http_url(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--grafana") from None
    declaration = declare(settings_of(stack, project.ROOT), stack)
    found = findings(inventory(url), declaration, stack, uids(project.ROOT))
    if not found:
        click.echo("Nothing of LiteLLM's exists outside of stacks.")
        return
    table = plain_table("", "title", "uid", "would")
    for each in found:
        table.add_row(each.kind, Text(printable(each.title)), each.uid, Text(printable(each.fate)))
    console().print(table)
    if settings := settings_to_set(found):
        click.echo(f"\nSet in Pulumi.{stack}.yaml, below config:")
        click.echo(to_yaml(project.with_namespace(settings)).rstrip())
    if any(each.resource for each in found):
        out.write_text(import_file(found, stack), "utf-8")
        click.echo(
            f"\nThen run: pulumi import --file {out} --stack {stack} --generate-code=false "
            "--protect=false\nand see what the next deployment would change: "
            f"make preview STACK={stack}"
        )
