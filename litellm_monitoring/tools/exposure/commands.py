"""``python -m tools litellm-settings``: what LiteLLM must expose for what a stack deploys."""

import difflib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from litellm_monitoring.tools import project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console

    from litellm_monitoring.dashboards import Feature
    from litellm_monitoring.infra.settings.models.stack import Settings
    from litellm_monitoring.tools.exposure.choice import GivenUp
    from litellm_monitoring.tools.exposure.observed import Observed
    from litellm_monitoring.tools.exposure.uses import Uses


@click.command("litellm-settings")
@click.option("--stack", default="dev", show_default=True, help="Stack, as in Pulumi.<stack>.yaml.")
@click.option(
    "--prometheus", "url", help="Address of the Prometheus server; by default prometheus.url."
)
@click.option(
    "--litellm",
    "version",
    help="Version of your LiteLLM; by default what its metrics tell, or the newest supported one.",
)
@click.option(
    "--give-up",
    "names",
    multiple=True,
    metavar="NAME",
    help="Leave this out although something reads it: a label, a metric, METRIC:LABEL, or a feature "
    "as in dashboards.withoutFeatures; can be repeated.",
)
@click.option(
    "--parallel",
    type=click.IntRange(min=1),
    default=4,
    show_default=True,
    help="How many queries run at once.",
)
def litellm_settings(
    stack: str, url: str | None, version: str | None, names: tuple[str, ...], parallel: int
) -> None:
    """Print LiteLLM's settings for what a stack reads.

    They expose every metric and label that the panels, variables, recording rules and alerts of the
    stack and of its teams read, and nothing more.

    Standard output is YAML for LiteLLM's config.yaml; standard error says what each label is read
    by, and with a Prometheus how many series there are now and after.

    Prometheus is asked with the credentials that the stack's data source has, or through Grafana.
    It also tells LiteLLM's version, whether metrics that cannot be listed have data, and whether
    there are background health checks. Without --prometheus, one that does not answer is done without.

    Run it again when you deploy more, or upgrade LiteLLM.
    """
    from rich.console import Console

    from litellm_monitoring.tools.check.source import settings_of_any

    err = Console(stderr=True, highlight=False, soft_wrap=True)
    if url:
        _check_address(url)
    if version:
        _check_version(version)
    settings = settings_of_any(stack)
    _run(stack, settings, url, version, names, parallel, err)


def _run(
    stack: str,
    settings: "Settings",
    url: str | None,
    version: str | None,
    names: tuple[str, ...],
    parallel: int,
    err: "Console",
) -> None:
    from litellm_monitoring.dashboards import Feature
    from litellm_monitoring.infra.declaration.stack import declare
    from litellm_monitoring.tools.exposure import report
    from litellm_monitoring.tools.exposure.choice import Mechanism, choose
    from litellm_monitoring.tools.exposure.covered import covered
    from litellm_monitoring.tools.exposure.observed import observed
    from litellm_monitoring.tools.exposure.series import saving
    from litellm_monitoring.tools.exposure.uses import uses_of
    from litellm_monitoring.tools.exposure.written import Wanted, written

    known = {feature.value: feature for feature in Feature}
    features = [known[name] for name in names if name in known]
    deployed = covered(stack, settings, project.ROOT)
    stacks = {name: _without(each, features) for name, each in deployed.items()}
    uses = uses_of(declare(each, name) for name, each in stacks.items())
    shown = uses_of(declare(each, name) for name, each in deployed.items()) if features else uses
    own = tuple(dict.fromkeys(each.label for of in stacks.values() for each in of.labels))
    if not uses:
        raise click.ClickException(f"stack {stack} reads nothing of LiteLLM")
    given_up = _given_up([name for name in names if name not in known], uses)
    given_up = replace(given_up, families=given_up.families | _only_in_rows(shown, uses))
    with observed(stack, settings, url, parallel, err) as seen:
        chosen = partial(
            choose,
            uses,
            version or _version(seen),
            seen.series if seen else None,
            given_up,
            has_health_checks=_has_health_checks(stacks[stack]),
            added=(seen.added_labels if seen else frozenset()) | {each.name for each in own},
        )
        choice = chosen()
        saved = saving(seen.series, choice) if seen else None
        listed = None
        if seen and choice.mechanism is not Mechanism.LIST:
            listed = saving(seen.series, chosen(lists_anyway=True))
        trades = report.trades(uses, choice, seen.series if seen else None, saved)
    wanted = Wanted(
        stacks=list(stacks),
        uses=uses,
        own=own,
        latency_buckets=settings.litellm.latency_buckets,
        largest=saved.largest if saved else None,
    )
    click.echo(written(choice, wanted), nl=False)
    notes = list(_notes(settings, seen, version, choice.version))
    err.print(report.as_terminal(choice, uses, trades, saved, listed, notes))


def _version(seen: "Observed | None") -> str:
    """The oldest that it may be, since it rejects what it does not know."""
    from packaging.version import Version

    from litellm_monitoring.signals.asking.exposition import OLDEST
    from litellm_monitoring.signals.catalogue.metrics import supported

    return max(seen.version, OLDEST, key=Version) if seen else supported()[1]


def _notes(
    settings: "Settings", seen: "Observed | None", version: str | None, chosen: str
) -> "Iterator[str]":
    if not version and seen:
        yield f"LiteLLM is {seen.version_in_words}, as its metrics tell: {chosen} is taken for granted."
    elif not version:
        yield f"LiteLLM is taken to be {chosen}; it does not start with names that it does not know."
    if settings.team:
        yield (
            "This is what the team alone reads: LiteLLM serves the whole environment, whose stack "
            f"is {settings.team.platform_stack or 'another one'}."
        )


def _has_health_checks(settings: "Settings") -> bool:
    from litellm_monitoring.dashboards import Feature

    return Feature.HEALTH_CHECKS not in settings.dashboards.without_features


def _only_in_rows(shown: "Mapping[str, Uses]", uses: "Mapping[str, Uses]") -> "frozenset[str]":
    """What panels of ``shown`` read and none of ``uses`` does: whoever gives up a feature gives up
    alerts on it.
    """
    before, after = ({name for name, each in of.items() if each.has_panels} for of in (shown, uses))
    return frozenset(before - after)


def _without(settings: "Settings", features: "Sequence[Feature]") -> "Settings":
    """``settings`` with rows left out, as ``dashboards.withoutFeatures`` does."""
    left_out = (*settings.dashboards.without_features, *features)
    dashboards = settings.dashboards.model_copy(update={"without_features": left_out})
    return settings.model_copy(update={"dashboards": dashboards})


def _given_up(names: "Sequence[str]", uses: "Mapping[str, Uses]") -> "GivenUp":
    """What ``names`` mean; raises click.BadParameter for what nothing reads."""
    from litellm_monitoring.signals.asking.exposition import listed_as
    from litellm_monitoring.tools.exposure.choice import GivenUp

    by_name = {listed_as(each.family): name for name, each in uses.items()}
    by_name |= {name: name for name in uses}
    labels = {label for each in uses.values() for label in each.labels}
    families, given_labels, pairs = set(), set(), set()
    for name in names:
        family, _, label = name.partition(":")
        if label and family in by_name and label in uses[by_name[family]].labels:
            pairs.add((by_name[family], label))
        elif name in labels:
            given_labels.add(name)
        elif name in by_name:
            families.add(by_name[name])
        else:
            close = difflib.get_close_matches(name, [*labels, *by_name], n=1)
            right = f"; did you mean {close[0]}?" if close else ""
            raise click.BadParameter(
                f"{name} is no label, metric or feature that anything reads{right}",
                param_hint="--give-up",
            )
    return GivenUp(frozenset(families), frozenset(given_labels), frozenset(pairs))


def _check_address(url: str) -> None:
    from litellm_monitoring.infra.settings.kinds.fields import http_url

    try:
        http_url(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--prometheus") from None


def _check_version(version: str) -> None:
    from packaging.version import InvalidVersion, Version

    from litellm_monitoring.signals.asking.exposition import OLDEST

    try:
        is_known = Version(version) >= Version(OLDEST)
    except InvalidVersion:
        is_known = False
    if not is_known:
        raise click.BadParameter(
            f"{version} is no version from {OLDEST} on; write it like 1.109.1",
            param_hint="--litellm",
        )
