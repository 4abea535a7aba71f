"""The choice as LiteLLM's ``litellm_settings``, with what a person has to know in comments."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from litellm_monitoring.signals.asking.exposition import (
    OF_THE_LOGGER,
    SINCE,
    can_choose_labels,
    listed_as,
)
from litellm_monitoring.signals.catalogue.metrics import families, switches
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel
from litellm_monitoring.tools.exposure.choice import Choice, Mechanism
from litellm_monitoring.tools.exposure.uses import Uses

TTL_SECONDS = 7 * 24 * 3600
"""A week: longer than a key rests over a weekend, shorter than the ones that are gone stay."""

LEAST_CAP = 10_000
_TIMES_THE_LARGEST = 10
_OF_SERVICES = "prometheus_system"
_END_USER = "end_user"
_WIDTH = 96


@dataclass(frozen=True)
class Wanted:
    """What is written beside the choice: for whom, and what their settings say."""

    stacks: Sequence[str]
    uses: Mapping[str, Uses]
    own: Sequence[OwnLabel]
    latency_buckets: tuple[float, ...] | None
    largest: int | None
    """The most label sets of a family that were seen."""


def written(choice: Choice, wanted: Wanted) -> str:
    """YAML that can be pasted into LiteLLM's configuration."""
    return "".join(f"{line}\n" for line in _lines(choice, wanted))


def _lines(choice: Choice, wanted: Wanted) -> Iterator[str]:
    read = {use.family.switch for use in wanted.uses.values()}
    yield f"# What LiteLLM {choice.version} exposes for {_listed(wanted.stacks)}."
    yield "# Put it into LiteLLM's config.yaml, keep the other callbacks there, and restart every proxy."
    yield "litellm_settings:"
    yield "  callbacks: [prometheus]"
    if _OF_SERVICES in read:
        yield f"  service_callback: [{_OF_SERVICES}]"
    yield from _own_labels(wanted.own)
    yield from _filters(choice)
    yield from _limits(wanted)
    yield from _remarks(wanted, read)


def _own_labels(labels: Sequence[OwnLabel]) -> Iterator[str]:
    """``labels`` of the stacks; entries of one setting stand in one list."""
    found: dict[str, Any] = {}
    for label in labels:
        for setting, value in yaml.safe_load(label.setting).items():
            entries = found.get(setting, [])
            found[setting] = [*entries, *value] if isinstance(value, list) else value
    for setting, value in found.items():
        yield f"  {setting.removeprefix('litellm_settings.')}: {json.dumps(value, ensure_ascii=False)}"


def _filters(choice: Choice) -> Iterator[str]:
    match choice.mechanism:
        case Mechanism.LIST:
            yield from _comment(
                "Only these metrics, each with the labels that are read. include_labels is not set "
                "where LiteLLM cannot choose labels, or all are read."
            )
            yield "  prometheus_metrics_config:"
            for number, (labels, names) in enumerate(_groups(choice).items()):
                yield f"  - group: {f'labels-{number}' if labels else 'all-labels'}"
                yield "    metrics:"
                yield from (f"    - {name}" for name in names)
                if labels:
                    yield f"    include_labels: [{', '.join(labels)}]"
        case Mechanism.EXCLUDE:
            yield from _comment(
                f"prometheus_metrics_config would leave out {_names(choice)}, which it cannot list. Since "
                f"LiteLLM {SINCE['prometheus_exclude_labels']}:"
            )
            if choice.left_out:
                yield "  prometheus_exclude_metrics:"
                yield from (f"  - {name}" for name in sorted(map(listed_as, choice.left_out)))
            if choice.excluded_labels:
                yield "  prometheus_exclude_labels:"
                yield from (f"  - {label}" for label in sorted(choice.excluded_labels))
        case Mechanism.NONE:
            yield from _comment(
                f"Nothing is left out: prometheus_metrics_config would leave out {_names(choice)}, "
                f"which it cannot list, and labels can be excluded since LiteLLM "
                f"{SINCE['prometheus_exclude_labels']}."
            )


def _groups(choice: Choice) -> dict[tuple[str, ...], list[str]]:
    """The names of families by the labels that they are limited to, none where they have all."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name, kept in choice.kept.items():
        family = families()[name]
        is_limited = can_choose_labels(family, choice.version) and choice.dropped(family)
        found.setdefault(tuple(sorted(kept)) if is_limited else (), []).append(listed_as(family))
    return {labels: sorted(found[labels]) for labels in sorted(found)}


def _names(choice: Choice) -> str:
    return ", ".join(sorted(each.name for each in choice.unlisted))


def _limits(wanted: Wanted) -> Iterator[str]:
    if buckets := wanted.latency_buckets:
        yield from _comment(
            "litellm.latencyBuckets of the stack. Since LiteLLM "
            f"{SINCE['prometheus_latency_buckets']}; an older one has bounds of its own."
        )
        yield f"  prometheus_latency_buckets: [{', '.join(map(repr, buckets))}]"
    yield from _comment(
        "Series of who has not asked for a week are removed, and counted from 0 when they are back. "
        f"Since LiteLLM {SINCE['prometheus_metrics_ttl_seconds']}; not with several workers."
    )
    yield f"  prometheus_metrics_ttl_seconds: {TTL_SECONDS}"
    if wanted.largest is not None:
        yield from _comment(
            f"The largest metric has {wanted.largest:,} label sets; what comes after the cap is counted "
            'with every label set to "other". Since LiteLLM '
            f"{SINCE['prometheus_metrics_max_series_per_metric']}."
        )
        yield f"  prometheus_metrics_max_series_per_metric: {cap(wanted.largest)}"


def cap(largest: int) -> int:
    """A cap that ``largest`` is far from."""
    return max(LEAST_CAP, 10 ** len(str(_TIMES_THE_LARGEST * largest - 1)) if largest else 0)


def _remarks(wanted: Wanted, read: set[str]) -> Iterator[str]:
    if any(_END_USER in use.labels for use in wanted.uses.values()):
        yield from _comment(
            "The label end_user is read, and is None without "
            "enable_end_user_cost_tracking_prometheus_only: true. It adds series for every end user."
        )
    elsewhere = sorted(read - {OF_THE_LOGGER, _OF_SERVICES, "always"})
    if elsewhere:
        yield "# Read as well, where you use it, and not enabled by litellm_settings above:"
        yield from (f"# - {switches()[switch]}" for switch in elsewhere)
    yield from _comment(
        "No query reads the series ..._created, which a proxy with one worker has beside each "
        "counter and histogram: PROMETHEUS_DISABLE_CREATED_SERIES=true in LiteLLM's environment "
        "leaves them out.",
        indent="",
    )


def _comment(text: str, indent: str = "  ") -> Iterator[str]:
    line = f"{indent}#"
    for word in text.split():
        if len(line) + 1 + len(word) > _WIDTH:
            yield line
            line = f"{indent}#"
        line += f" {word}"
    yield line


def _listed(stacks: Sequence[str]) -> str:
    few = 5
    named = [f"stack {stacks[0]}", *stacks[1:few]]
    if len(stacks) > few:
        named.append(f"{len(stacks) - few} more")
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
