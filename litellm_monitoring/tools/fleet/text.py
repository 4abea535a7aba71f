"""What has become of a fleet, as a table."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from litellm_monitoring.infra.settings.loading.stack import printable
from litellm_monitoring.tools.fleet.run import Outcome, Result
from litellm_monitoring.tools.project import COMMAND
from litellm_monitoring.tools.terminal import plain_table

_STYLES = {
    Outcome.CREATED: "green",
    Outcome.TO_CREATE: "green",
    Outcome.CHANGED: "yellow",
    Outcome.TO_CHANGE: "yellow",
    Outcome.DESTROYED: "red",
    Outcome.DRIFTED: "yellow",
    Outcome.FAILED: "bold red",
}


def print_results(results: Sequence[Result], aliases: Mapping[str, str], console: Console) -> None:
    """Prints a line for each of ``results``, with the team's alias by stack, and the counts."""
    if not results:
        console.print("no teams")
        return
    table = plain_table("stack", "team", "result", "")
    for result in results:
        table.add_row(
            result.stack,
            Text(printable(aliases.get(result.stack, "(no longer in teams.yaml)"))),
            str(result.outcome),
            Text("\n".join(printable(line) for line in result.detail.splitlines())),
            style=_STYLES.get(result.outcome, ""),
        )
    console.print(table)
    counts = Counter(result.outcome for result in results)
    console.print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))


def print_orphans(orphans: Sequence[str], environment: str, console: Console) -> None:
    """Names stacks whose team is no longer in the file."""
    if orphans:
        console.print("The teams of these stacks are no longer in teams.yaml:")
        for stack in orphans:
            console.print(f"  {stack}")
        console.print(
            f"To delete them: {COMMAND} fleet destroy --environment {environment} --orphans"
        )
