"""Commands that look for changes made by hand: their exit status tells what was found from not
having been able to look.
"""

import sys
import traceback

import click

DIFFERS = 1
COULD_NOT_LOOK = 2


class LookingCommand(click.Command):
    """Exits with :data:`COULD_NOT_LOOK` whatever goes wrong, which for other commands is 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.show()
        except (KeyboardInterrupt, click.Abort):
            click.echo("Aborted!", err=True)
        except OSError as problem:
            click.echo(f"Error: {problem.filename}: {problem.strerror}", err=True)
        except Exception:
            traceback.print_exc()
        sys.exit(COULD_NOT_LOOK)
