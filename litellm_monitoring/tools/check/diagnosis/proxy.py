"""What the metrics tell of a LiteLLM: its version, and what is turned on in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from packaging.version import Version

from litellm_monitoring.signals import Matcher, Scope
from litellm_monitoring.signals.catalogue.metrics import (
    NEEDS_A_LICENCE,
    NEEDS_NO_LICENCE_SINCE,
    Family,
    families,
    supported,
)
from litellm_monitoring.signals.running.services import open_redis_circuit_breakers, redis_failures
from litellm_monitoring.signals.serving.traffic import REQUESTS
from litellm_monitoring.tools.check.diagnosis.customised import (
    added_labels,
    capped_families,
    latency_buckets,
)
from litellm_monitoring.tools.check.evidence.seen import Evidence

_ALWAYS = "always"
_CORE = "prometheus"

METRICS_CONFIG = "litellm_settings.prometheus_metrics_config"
EXCLUDE_METRICS = "litellm_settings.prometheus_exclude_metrics"
CALLER_IDENTITY = "litellm_settings.prometheus_deployment_and_latency_caller_identity: user_email"
SERIES_CAP = "litellm_settings.prometheus_metrics_max_series_per_metric"


@dataclass(frozen=True)
class Proxy:
    """A LiteLLM as its metrics show it.

    It is of version ``since`` or newer and, where that can be told, older than ``before``.
    ``switches`` are those of the catalogue that are on. ``filter`` is the setting that leaves
    families out, if any does. With ``several_workers`` a family without a series is not to be
    seen, whatever is on. ``redis_fails`` is known where ``prometheus_system`` is on.
    ``added_labels`` are those that its operators have added, and ``capped`` the names of the families
    that have as many series as they allow. ``latency_buckets`` are bounds, none where no request was
    timed so far.
    """

    is_seen: bool
    needs_licence: bool
    since: str
    before: str | None
    switches: frozenset[str]
    filter: str | None
    several_workers: bool
    redis_fails: bool
    added_labels: frozenset[str] = frozenset()
    capped: tuple[str, ...] = ()
    latency_buckets: tuple[float, ...] = ()

    @property
    def version(self) -> str:
        """Its version in words."""
        if not self.before:
            return f"{self.since} or newer"
        return f"{self.since} or newer, older than {self.before}"

    def is_older_than(self, version: str | None) -> bool:
        """Whether it is sure to be."""
        return bool(version and self.before and Version(self.before) <= Version(version))


def proxy_seen_in(evidence: Evidence, selector: Sequence[Matcher] = ()) -> Proxy:
    """What ``evidence`` tells of the proxy, or of the proxies together, within ``selector``."""
    there = [family for family in families().values() if names_there(family, evidence)]
    since = _newest_of(there, evidence)
    left_out = _filter(there, since, evidence)
    return Proxy(
        is_seen=bool(evidence.names or evidence.registered),
        needs_licence=NEEDS_A_LICENCE in evidence.names,
        since=since,
        before=min(_not_yet(there, since, left_out, evidence), key=Version, default=None),
        switches=frozenset(family.switch for family in there),
        filter=left_out,
        several_workers=evidence.several_workers,
        redis_fails=_redis_fails(evidence, Scope(tuple(selector))),
        added_labels=added_labels(evidence),
        capped=capped_families(evidence),
        latency_buckets=latency_buckets(evidence),
    )


def _redis_fails(evidence: Evidence, scope: Scope) -> bool:
    # A counter that is born with its first failure shows no increase, so its values are compared.
    failures = redis_failures(scope).expr
    return (
        evidence.value(failures) > evidence.value(failures, minutes_ago=5)
        or evidence.value(open_redis_circuit_breakers(scope).expr) > 0
    )


def names_there(family: Family, evidence: Evidence) -> list[str]:
    """The names that the proxies have the family under, with series or without."""
    return [
        name
        for name in family.names
        if name in (evidence.registered or ())
        or not evidence.names.isdisjoint(family.series_of(name))
    ]


def _newest_of(there: Sequence[Family], evidence: Evidence) -> str:
    """The version that the newest family or label came with."""
    oldest, _ = supported()
    came = [
        family.since
        for family in there
        if family.since and family.name in names_there(family, evidence)
    ]
    if REQUESTS in evidence.names:
        labels = evidence.labels_of(REQUESTS)
        since = families()[REQUESTS].labels_since
        came += [version for label, version in since.items() if label in labels]
    return max([oldest, *came], key=Version)


def _filter(there: Sequence[Family], since: str, evidence: Evidence) -> str | None:
    """``prometheus_metrics_config`` leaves out what it does not list, and with that the families
    that it cannot list; ``prometheus_exclude_metrics`` only what it lists.
    """
    absent = [
        family
        for family in families().values()
        if family.switch == _CORE
        and family not in there
        and _would_be_seen(family, evidence)
        and Version(family.since or since) <= Version(since)
    ]
    if not absent or not any(family.switch == _CORE for family in there):
        return None
    return EXCLUDE_METRICS if all(family.listable for family in absent) else METRICS_CONFIG


def _not_yet(
    there: Sequence[Family], since: str, left_out: str | None, evidence: Evidence
) -> Iterator[str]:
    """The versions that brought what this LiteLLM would show if it were as new."""
    if NEEDS_A_LICENCE in evidence.names:
        yield NEEDS_NO_LICENCE_SINCE
    shown = {_ALWAYS, *([_CORE] if any(family.switch == _CORE for family in there) else [])}
    for family in families().values():
        if family.since is None:
            continue
        if family in there:
            if family.name not in names_there(family, evidence):
                yield family.since
        elif (
            family.switch in shown - ({_CORE} if left_out else set())
            and _would_be_seen(family, evidence)
            and Version(family.since) > Version(since)
        ):
            yield family.since


def _would_be_seen(family: Family, evidence: Evidence) -> bool:
    """Whether the family is seen where it is on, even if nothing has happened."""
    return evidence.registered is not None or family.before_first_event
