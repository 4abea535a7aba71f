"""With which versions and settings of LiteLLM a query has data."""

from collections.abc import Collection, Iterator

from litellm_monitoring.signals.catalogue.metrics import families, switches
from litellm_monitoring.signals.catalogue.own_labels import setting_of_opt_in
from litellm_monitoring.tools.check.held.remarks import Problem, Remark, note
from litellm_monitoring.tools.check.held.series import Series

_ON_BY_DEFAULT = frozenset({"prometheus", "always"})
"""Switches without which there would be no metrics at all."""


def of_series(series: Series, labels: Collection[str], asked: Collection[str]) -> Iterator[Remark]:
    """What is to be known of a series that an expression reads, which uses ``labels`` and names the
    series ``asked``.
    """
    family = series.family
    if family.exporter:
        return
    if version := _version(series, asked):
        yield note(Problem.VERSION, version)
    for label in sorted(family.labels & set(labels)):
        if since := family.labels_since.get(label):
            yield note(
                Problem.VERSION, f"{family.name} has the label {label} since LiteLLM {since}"
            )
    for label in sorted(labels):
        if setting := setting_of_opt_in(label, family.name):
            text = f"{family.name} has the label {label} only with {setting}"
            yield note(Problem.SETTING, text)
    if setting := _setting(series):
        yield note(Problem.SETTING, f"{family.name} {setting}")
    if series.is_created:
        yield note(Problem.SETTING, f"{series.name} exists only with one worker")


def _version(series: Series, asked: Collection[str]) -> str | None:
    """Since or until when it is there, or called so; None where the expression asks for the other
    name too.
    """
    family, name = series.family, series.name
    if series.until:
        later = _later(series)
        if not later:
            return f"{name} is gone: LiteLLM {series.until} was the last to have it"
        if later in asked:
            return None
        return f"{name} is the name up to LiteLLM {series.until}; newer ones call it {later}"
    if not family.since:
        return None
    if family.former_name:
        former = series.name.replace(family.name, family.former_name, 1)
        if former in asked:
            return None
        return f"{name} is the name since LiteLLM {family.since}; older ones call it {former}"
    return f"{family.name} was added in LiteLLM {family.since}"


def _later(series: Series) -> str | None:
    """What a series is called now that used to be called otherwise."""
    for family in families().values():
        if family.former_name == series.family.name:
            return series.name.replace(family.former_name, family.name, 1)
    return None


def _setting(series: Series) -> str | None:
    family, parts = series.family, []
    if family.switch not in _ON_BY_DEFAULT:
        parts.append(f"is enabled by {switches()[family.switch]}")
    if family.enterprise:
        parts.append("is recorded only by the package litellm-enterprise")
    if family.needs:
        parts.append(f"requires {family.needs}")
    if family.replaced_by:
        parts.append(f"is deprecated; use {family.replaced_by}")
    return "; ".join(parts) or None
