"""``python -m litellm_monitoring.tools.versions``: what is tested with which versions."""

import json

import click

from litellm_monitoring.embedded.storage import write_text
from litellm_monitoring.tools.versions import matrix
from litellm_monitoring.tools.versions.matrix import FILE, Row
from litellm_monitoring.tools.versions.run import provide, run


@click.group()
def main() -> None:
    """The versions that are tested: tests/versions.yaml."""


@main.command("matrix")
def matrix_of_the_workflow() -> None:
    """Print the rows that have tests, as a workflow's matrix reads them."""
    found = [
        {"row": row.id, "python": row.python, "image": row.image}
        for row in matrix.rows()
        if row.tests
    ]
    click.echo(json.dumps({"include": found}))


@main.command("run")
@click.argument("name", metavar="ROW")
@click.option("--tests", help="A file or a directory of its tests; all unless given.")
def run_row(name: str, tests: str | None) -> None:
    """Run the tests of ROW, and write what came of them into tests/versions.yaml.

    Fails where a test does.
    """
    row = _named(name)
    if tests and not row.has(tests):
        raise click.UsageError(f"{tests} is none of the tests of {name}: {', '.join(row.tests)}")
    failed = 0
    with_it = provide(row)
    click.echo(f"{row.software} {with_it.version}")
    for each in (tests,) if tests else row.tests:
        found = run(row, each, with_it)
        failed += found.failed
        _record(_named(name).having_run(each, found))
    raise SystemExit(bool(failed))


def _named(name: str) -> Row:
    rows = {row.id: row for row in matrix.rows() if row.tests}
    if name not in rows:
        raise click.UsageError(f"no row {name} has tests; there are: {', '.join(rows)}")
    return rows[name]


def _record(row: Row) -> None:
    changed = tuple(row if each.id == row.id else each for each in matrix.rows())
    write_text(FILE, matrix.as_text(changed, FILE.read_text("utf-8")))


if __name__ == "__main__":
    main()
