"""``python -m tools config``: settings and secrets, for people who have no ``pulumi`` at hand."""

import sys

import click

from litellm_monitoring.tools import project
from litellm_monitoring.tools.terminal import console

_stack_option = click.option(
    "--stack", default="dev", show_default=True, help="Stack, as in Pulumi.<stack>.yaml."
)


@click.group()
def config() -> None:
    """Set or remove a stack's settings and secrets, in Pulumi.<stack>.yaml."""


@config.command("set")
@click.argument("key")
@click.argument("value", required=False)
@_stack_option
def set_command(key: str, value: str | None, stack: str) -> None:
    """Set KEY, e.g. prometheus.url, grafana:auth or alertsSlackUrl; make the stack if there is none.

    Without VALUE, asks for it, or reads it from standard input. A secret is sealed, and can be given in
    no other way: what stands on a command line is in the shell's history.
    """
    from litellm_monitoring.tools.configuration.stack_config import is_secret, set_value

    if is_secret(key):
        if value is not None:
            raise click.UsageError(
                f"{key} is a secret: leave VALUE out, and enter it when asked or pipe it in"
            )
        value = _asked(key, hide_input=True)
    elif value is None:
        value = _asked(key, hide_input=False)
    set_value(key, value, stack, project.ROOT, console())
    console().print(f"{key} is set in Pulumi.{stack}.yaml.")


@config.command("rm")
@click.argument("key")
@_stack_option
def rm_command(key: str, stack: str) -> None:
    """Remove KEY."""
    from litellm_monitoring.tools.configuration.stack_config import remove_value

    remove_value(key, stack, project.ROOT, console())
    console().print(f"{key} is no longer set in Pulumi.{stack}.yaml.")


def _asked(key: str, *, hide_input: bool) -> str:
    if sys.stdin.isatty():
        asked: str = click.prompt(key, hide_input=hide_input, err=True)
        return asked
    value = sys.stdin.read().rstrip("\n")
    if not value:
        raise click.UsageError(f"no value for {key} on standard input")
    return value
