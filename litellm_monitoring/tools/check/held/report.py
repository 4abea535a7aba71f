"""What ``check`` has found in files, told to people and to programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from litellm_monitoring.infra.settings.loading.stack import printable
from litellm_monitoring.signals.catalogue.metrics import supported
from litellm_monitoring.tools.check.held.against import Held, held
from litellm_monitoring.tools.check.held.files import FileQuery, content_of
from litellm_monitoring.tools.check.held.remarks import Remark, Severity
from litellm_monitoring.tools.check.report import escaped
from litellm_monitoring.tools.terminal import plain_table

_STYLES = {Severity.ERROR: "red", Severity.NOTE: "yellow"}
_TITLES_SHOWN = 3


@dataclass(frozen=True)
class Row:
    """One thing to say, of one query or, if it is a note, of all in a dashboard or group."""

    remark: Remark
    queries: Sequence[FileQuery]

    @property
    def where(self) -> str:
        """The panels or alerts."""
        titles = list(dict.fromkeys(query.place.title for query in self.queries))
        more = f" and {len(titles) - _TITLES_SHOWN} more" if titles[_TITLES_SHOWN:] else ""
        return ", ".join(titles[:_TITLES_SHOWN]) + more


@dataclass(frozen=True)
class FilesReport:
    """What was found in ``files``; ``unread`` says what in them could not be read."""

    files: Sequence[str]
    held: Sequence[Held]
    unread: Sequence[str]

    @property
    def has_errors(self) -> bool:
        """Whether a query is wrong whatever LiteLLM it is for."""
        return any(
            remark.severity is Severity.ERROR for each in self.held for remark in each.remarks
        )

    @property
    def summary(self) -> str:
        """One line: how many queries there are, and how many of them something is said of."""
        reads = [each for each in self.held if each.reads]
        of = {
            severity: sum(
                any(remark.severity is severity for remark in each.remarks) for each in reads
            )
            for severity in Severity
        }
        others = len(self.held) - len(reads)
        return (
            f"{_counted(len(reads), 'query', 'queries')} of LiteLLM's metrics in "
            f"{_counted(len(self.files), 'file', 'files')}: {of[Severity.ERROR]} with errors, "
            f"{of[Severity.NOTE]} with notes; {others} of other things"
        )

    @property
    def facts(self) -> list[str]:
        """What holds for all of it, a line each."""
        oldest, newest = supported()
        return [f"Checked against LiteLLM {oldest} to {newest}", *map(printable, self.unread)]

    def by_group(self) -> Iterator[tuple[str, list[Row]]]:
        """Each dashboard and group of rules that there is something to say of."""
        groups: dict[tuple[str, str], list[Held]] = {}
        for each in self.held:
            place = each.query.place
            groups.setdefault((place.file, place.group), []).append(each)
        for (file, group), found in groups.items():
            if rows := _rows(found):
                yield f"{file}: {group}" if group else file, rows


def report_of(paths: Sequence[Path]) -> FilesReport:
    """Holds every query in the files against the catalogue; what rules record in any of them is
    known in all.

    Raises:
        FileError: where a file cannot be looked at.

    """
    contents = [content_of(path) for path in dict.fromkeys(paths)]
    recorded = frozenset(name for each in contents for name in each.recorded)
    return FilesReport(
        files=[str(path) for path in dict.fromkeys(paths)],
        held=[held(query, recorded) for each in contents for query in each.queries],
        unread=list(dict.fromkeys(line for each in contents for line in each.unread)),
    )


def as_terminal(report: FilesReport) -> RenderableType:
    """For a person at a terminal."""
    parts: list[RenderableType] = [Text(line) for line in report.facts]
    for group, rows in report.by_group():
        parts += [Text(), Text(printable(group), "bold")]
        table = plain_table("", "", "")
        for row in rows:
            severity = row.remark.severity
            text = Text(printable(row.remark.text))
            if severity is Severity.ERROR:
                text.append(f"\n{printable(row.queries[0].expression)}", "dim")
            table.add_row(Text(severity, _STYLES[severity]), Text(printable(row.where)), text)
        parts.append(table)
    return Group(*parts, Text(), Text(report.summary))


def as_markdown(report: FilesReport) -> str:
    """The same for a comment."""
    lines = [f"- {escaped(line)}" for line in report.facts]
    for group, rows in report.by_group():
        lines += ["", f"### {escaped(group)}", "", "| | | | |", "| --- | --- | --- | --- |"]
        for row in rows:
            severity = row.remark.severity
            shown = row.queries[0].expression if severity is Severity.ERROR else ""
            cells = (severity, *map(escaped, (row.where, row.remark.text, shown)))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", escaped(report.summary)]) + "\n"


def as_json(report: FilesReport) -> str:
    """For a program."""
    oldest, newest = supported()
    return json.dumps(
        {
            "litellm": {"oldest": oldest, "newest": newest},
            "files": list(report.files),
            "unread": list(report.unread),
            "findings": [
                {
                    "file": each.query.place.file,
                    "group": each.query.place.group,
                    "title": each.query.place.title,
                    "expression": each.query.expression,
                    "severity": remark.severity,
                    "problem": remark.problem,
                    "explanation": remark.text,
                }
                for each in report.held
                for remark in each.remarks
            ],
            "summary": report.summary,
        },
        indent=2,
        ensure_ascii=False,
    )


def _rows(found: Sequence[Held]) -> list[Row]:
    """Errors first, each with its query; a note once for all that it is of."""
    errors, notes = [], dict[Remark, list[FileQuery]]()
    for each in found:
        for remark in each.remarks:
            if remark.severity is Severity.ERROR:
                errors.append(Row(remark, [each.query]))
            else:
                notes.setdefault(remark, []).append(each.query)
    return [*errors, *(Row(remark, queries) for remark, queries in notes.items())]


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
