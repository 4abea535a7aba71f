"""Metrics pages of LiteLLMs in which something is off, left out or old."""

from collections.abc import Collection

from packaging.version import Version

from litellm_monitoring.signals.catalogue.metrics import MetricType, families, supported
from litellm_monitoring.tools.check.evidence.page import MetricsPage

OLDEST, NEWEST = supported()
REQUESTS = "litellm_proxy_total_requests_metric_total"
FAILURES = "litellm_proxy_failed_requests_metric_total"
LATENCY = "litellm_request_total_latency_metric"
ON = ("prometheus", "always")

LISTED = [REQUESTS, FAILURES]
NOT_LISTED = [
    name
    for name, family in families().items()
    if family.switch == "prometheus" and name not in LISTED
]


def page(
    version: str = NEWEST,
    *series: str,
    switches: Collection[str] = ON,
    without: Collection[str] = (),
    announces: bool = True,
) -> MetricsPage:
    """The page of such a LiteLLM."""
    text = page_text(version, *series, switches=switches, without=without, announces=announces)
    return MetricsPage(text)


def page_text(
    version: str = NEWEST,
    *series: str,
    switches: Collection[str] = ON,
    without: Collection[str] = (),
    announces: bool = True,
) -> str:
    """What LiteLLM ``version`` exposes where ``switches`` are on and something is left out; with
    ``announces`` also the types of what has no series.
    """
    lines = ["python_info 1"] if announces else []
    for family in families().values():
        is_there = Version(family.since or OLDEST) <= Version(version)
        name = family.name if is_there else family.former_name
        if name and family.switch in switches and family.name not in without:
            if announces:
                lines.append(f"# TYPE {name} {family.type}")
            if family.before_first_event and not family.labels:
                lines.append(f"{name} 0")
    return "".join(f"{line}\n" for line in [*lines, *series])


def one(name: str, *without: str, version: str = NEWEST, value: str = "x") -> str:
    """A sample of the family ``name`` with all its labels but some, of one value."""
    family = families()[name]
    kept = [
        label
        for label in sorted(family.labels - set(without))
        if Version(family.labels_since.get(label, OLDEST)) <= Version(version)
    ]
    labels = ",".join(f'{label}="{value}"' for label in kept)
    if family.type is MetricType.HISTOGRAM:
        return f'{name}_bucket{{{labels},le="0.5"}} 1'
    return f"{name}{{{labels}}} 1"
