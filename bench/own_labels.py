"""``python -m bench.own_labels``: how many series labels of one's own add, LiteLLM's and recorded.

The series are those of :mod:`bench.litellm_data`; nothing is asked of any Prometheus.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click
from rich.console import Console
from rich.table import Table

from bench.litellm_data import TEAMS, Labels, raw_series, recorded_series
from litellm_monitoring.signals.catalogue.metrics import family_of
from litellm_monitoring.signals.catalogue.own_labels import (
    OptIn,
    OwnLabel,
    of_metadata,
    of_tag,
    opted_in,
)
from litellm_monitoring.signals.catalogue.recording import Recording

_COST_CENTERS = 25
_LENGTHS = ("0-1k", "1k-4k", "4k-16k", "16k-64k", "64k+")

Values = Callable[[int], Sequence[str]]


@dataclass(frozen=True)
class Case:
    """A label, and the values that the requests with each key have."""

    name: str
    label: OwnLabel
    values: Values


_COST_CENTER, _LENGTH = of_metadata("metadata.cost_center"), OptIn.INPUT_SEQUENCE_LENGTH
_CASES = (
    Case("cost center, one of each team", _COST_CENTER, lambda key: [f"CC-{key % TEAMS}"]),
    Case(
        f"cost center, one of each key, {_COST_CENTERS} in all",
        _COST_CENTER,
        lambda key: [f"CC-{key % _COST_CENTERS}"],
    ),
    Case(
        "application, three with each key",
        of_metadata("metadata.application"),
        lambda key: [f"app-{key % 5}", f"app-{key % 7 + 5}", f"app-{key % 11 + 12}"],
    ),
    Case("a tag, on half of the requests", of_tag("batch"), lambda _: ["true", "false"]),
    Case("stream", opted_in(OptIn.STREAM), lambda _: ["True", "False"]),
    Case("input_sequence_length, all five", opted_in(_LENGTH), lambda _: _LENGTHS),
)


@click.command()
@click.option("--keys", type=int, default=300, show_default=True)
def main(keys: int) -> None:
    """Prints a table."""
    raw, without = raw_series(keys), Recording("bench", 60, 15)
    before = len(raw), len(recorded_series(raw, without))
    table = Table("label", "LiteLLM's series", "recorded series")
    table.add_row("none", f"{before[0]:,}", f"{before[1]:,}")
    for case in _CASES:
        labelled = dict.fromkeys(_labelled(raw, case), True)
        recorded = recorded_series(labelled, Recording("bench", 60, 15, own=(case.label,)))
        table.add_row(case.name, *map(_compared, (len(labelled), len(recorded)), before))
    Console().print(table)


def _labelled(raw: dict[Labels, bool], case: Case) -> Iterator[Labels]:
    """The series of ``raw`` once LiteLLM has the label; of whom it does not know the value, it makes no
    more of them.
    """
    for labels in raw:
        series = dict(labels)
        told = case.label.is_told_by(family_of(series["__name__"]).name)
        values = case.values(int(series["hashed_api_key"], 16)) if told else ["None"]
        for value in values:
            yield tuple(sorted({**series, case.label.name: value}.items()))


def _compared(count: int, before: int) -> str:
    return f"{count:,} ({count / before:.2f} ×)"


if __name__ == "__main__":
    main()
