"""What the choice costs in panels and saves in series, for a person who wants to trade."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from litellm_monitoring.dashboards import Feature
from litellm_monitoring.signals.asking.exposition import DATABASE_COUNTS, PROVIDER_BUDGETS
from litellm_monitoring.signals.catalogue.metrics import Family
from litellm_monitoring.tools.exposure.choice import Choice, Mechanism
from litellm_monitoring.tools.exposure.series import Saving, Series, saved_by
from litellm_monitoring.tools.exposure.uses import Kind, Place, Uses
from litellm_monitoring.tools.terminal import plain_table

_FEW_NAMES, _MANY_NAMES = 2, 4
_FEATURE_OF: Mapping[str, Feature] = {
    **dict.fromkeys(PROVIDER_BUDGETS, Feature.PROVIDER_BUDGETS),
    **dict.fromkeys(DATABASE_COUNTS, Feature.DATABASE),
}
"""The features whose rows are all that reads what no list can name."""

_WORTH_TELLING = 0.01
"""Of the series that are left, what giving up a label of one family saves at least."""
_FEW_USES = 3


@dataclass(frozen=True)
class Trade:
    """What giving up a label would do; ``name`` is what ``--give-up`` takes."""

    name: str
    places: frozenset[Place]
    saved: int | None


def trades(
    uses: Mapping[str, Uses], choice: Choice, series: Series | None, saved: Saving | None
) -> list[Trade]:
    """Every label that is read, and labels of single families that few read and that cost much;
    those that save most first.
    """
    by_label: dict[str, dict[str, set[Place]]] = {}
    for name, use in uses.items():
        for label, places in use.labels.items():
            if label in choice.kept.get(name, ()):
                by_label.setdefault(label, {})[name] = places
    found = [
        Trade(label, frozenset().union(*of.values()), _saved(series, choice, label, of))
        for label, of in by_label.items()
    ]
    if choice.mechanism is Mechanism.LIST and series and saved:
        found += _of_single_families(by_label, choice, series, saved.after)
    return sorted(found, key=lambda each: (-(each.saved or 0), len(each.places), each.name))


def _of_single_families(
    by_label: Mapping[str, Mapping[str, set[Place]]], choice: Choice, series: Series, left: int
) -> Iterator[Trade]:
    for label, of in by_label.items():
        for name, places in of.items():
            if len(of) > 1 and len(places) <= _FEW_USES:
                saved = saved_by(series, choice, {name: [label]})
                if saved > left * _WORTH_TELLING:
                    yield Trade(f"{name}:{label}", frozenset(places), saved)


def _saved(
    series: Series | None, choice: Choice, label: str, of: Mapping[str, object]
) -> int | None:
    return saved_by(series, choice, {name: [label] for name in of}) if series else None


def as_terminal(
    choice: Choice,
    uses: Mapping[str, Uses],
    found: Sequence[Trade],
    saved: Saving | None,
    listed: Saving | None,
    notes: Iterable[str],
) -> RenderableType:
    """The report as a person reads it; ``listed`` is what the list would save where it was not
    chosen.
    """
    parts: list[RenderableType] = [Text(line) for line in _summary(saved)]
    parts += [Text(line) for line in _warnings(choice, uses, listed)]
    parts += [Text(line) for line in notes]
    table = plain_table("--give-up", "series saved" if saved else "", "read by")
    for trade in found:
        count = f"{trade.saved:,}" if trade.saved is not None else ""
        table.add_row(trade.name, count, described(trade.places))
    if table.row_count:
        # What is to be copied is written out.
        table.columns[0].min_width = max(len(trade.name) for trade in found)
        parts += [Text(), Text("What giving up a label empties", style="bold"), table]
    return Group(*parts)


def _summary(saved: Saving | None) -> Iterator[str]:
    if saved is None:
        yield "No Prometheus was asked, so nothing is known of series."
        return
    yield (
        f"Series now {saved.before:,}, after {saved.after:,}: {saved.share:.0%} less; without the "
        f"..._created ones {saved.after - saved.created:,}."
    )


def _warnings(choice: Choice, uses: Mapping[str, Uses], listed: Saving | None) -> Iterator[str]:
    if choice.mechanism is Mechanism.LIST:
        for family in choice.unlisted:
            yield (
                f"{family.name} cannot be listed and is left out; it has no data or only zeros. Read "
                f"by {described(uses[family.name].places)}."
            )
    elif choice.unlisted:
        places = frozenset().union(*(uses[family.name].places for family in choice.unlisted))
        left = (
            f"leave {listed.after:,} series ({listed.share:.0%} less)" if listed else "leave fewer"
        )
        yield (
            f"prometheus_metrics_config would limit each metric to its own labels and {left}, but it "
            f"cannot list {_names(choice.unlisted)}, read by {described(places)}. To have it, give "
            f"those up: {_giving_up(choice.unlisted)}, or dashboards.withoutFeatures for good."
        )
    if choice.with_health_checks:
        yield (
            f"{_names(choice.with_health_checks)} lose api_key_alias, which only told background "
            "health checks apart: there are none, or so few that they do not show."
        )
    if choice.for_health_checks:
        yield (
            f"{_names(choice.for_health_checks)} keep api_key_alias only to leave background health "
            "checks out: --give-up health-checks removes it, and counts them as requests there."
        )
    for family in choice.newer:
        yield (
            f"{family.name} was added in LiteLLM {family.since}, and is left out for "
            f"{choice.version}; pass the version that you run with --litellm."
        )


def _giving_up(found: Sequence[Family]) -> str:
    names = dict.fromkeys(_FEATURE_OF.get(family.name, family.name) for family in found)
    return " ".join(f"--give-up {name}" for name in names)


def described(places: Iterable[Place]) -> str:
    """How many panels, alerts and so on, with the names of few."""
    by_kind: dict[Kind, list[Place]] = {}
    for place in sorted(set(places)):
        by_kind.setdefault(place.kind, []).append(place)
    texts = []
    for kind in Kind:
        if there := by_kind.get(kind):
            names = dict.fromkeys(each.name for each in there)
            count = f"{len(there)} {kind}{'s' if len(there) > 1 else ''}"
            shown = f" ({', '.join(names)})" if len(names) <= _FEW_NAMES else ""
            texts.append(count + shown)
    return ", ".join(texts) or "nothing"


def _names(found: Sequence[Family]) -> str:
    names = [family.name for family in found]
    if len(names) > _MANY_NAMES:
        return f"{', '.join(names[:_FEW_NAMES])} and {len(names) - _FEW_NAMES} more metrics"
    return ", ".join(names)
