"""Which rules are evaluated, by the rules API of Prometheus and by Grafana's.

https://prometheus.io/docs/prometheus/latest/querying/api/#rules
https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import httpx

from litellm_monitoring.infra.settings.models.grafana_provider import GrafanaAccess
from litellm_monitoring.tools.check.evidence.client import Prometheus
from litellm_monitoring.tools.check.evidence.rules import RuleQuery, RuleStatus
from litellm_monitoring.tools.project import COMMAND

_FAILS = frozenset({"err", "error"})
"""The health of a rule whose last evaluation failed, in Prometheus's word and in Grafana's."""

_TIMEOUT_SECONDS = 30.0
_UNKNOWN = "whether its rules are evaluated is unknown"
_NO_CREDENTIALS = (
    f"No credentials for Grafana: {_UNKNOWN}; set GRAFANA_URL and GRAFANA_AUTH, or grafana:url "
    "and grafana:auth"
)


@dataclass(frozen=True)
class Loaded:
    """A rule that is there; ``error`` is why its last evaluation failed."""

    error: str = ""
    is_paused: bool = False


@dataclass(frozen=True)
class LoadedRules:
    """Those in Prometheus by group and name, those in Grafana by uid; None where that cannot be
    seen, and why that is, in ``unknown``.
    """

    prometheus: Mapping[tuple[str, str], Loaded] | None = None
    grafana: Mapping[str, Loaded] | None = None
    unknown: Sequence[str] = ()

    def problem(self, rule: RuleQuery) -> tuple[RuleStatus, str] | None:
        """Why ``rule`` is not evaluated, or not well; None where it is, or nobody knows."""
        found = self._found(rule)
        if not found:
            is_known = (self.grafana if rule.uid else self.prometheus) is not None
            return (RuleStatus.NOT_EVALUATED, _absent(rule)) if is_known else None
        if found.is_paused:
            return RuleStatus.NOT_EVALUATED, "it is paused in Grafana"
        return (RuleStatus.WRONG, found.error) if found.error else None

    def recorded_by(self, rules: Iterable[RuleQuery]) -> frozenset[str]:
        """What those of ``rules`` record that are known to be evaluated."""
        return frozenset(
            rule.name
            for rule in rules
            if rule.records and self._found(rule) and not self.problem(rule)
        )

    def _found(self, rule: RuleQuery) -> Loaded | None:
        if rule.uid:
            return (self.grafana or {}).get(rule.uid)
        return (self.prometheus or {}).get((rule.group, rule.name))


def loaded_rules(
    rules: Collection[RuleQuery],
    prometheus: Prometheus,
    grafana: Callable[[], GrafanaAccess | None],
    *,
    evaluates_itself: bool,
) -> LoadedRules:
    """What is known of ``rules``; ``grafana`` is asked for where Grafana evaluates any."""
    ours = LoadedRules()
    if any(not rule.uid for rule in rules):
        ours = in_prometheus(prometheus, evaluates_itself=evaluates_itself)
    if not any(rule.uid for rule in rules):
        return ours
    try:
        access = grafana()
        theirs = in_grafana(access) if access else LoadedRules(unknown=[_NO_CREDENTIALS])
    except click.ClickException as error:
        theirs = LoadedRules(unknown=[f"{error.message}: {_UNKNOWN}"])
    return LoadedRules(ours.prometheus, theirs.grafana, [*ours.unknown, *theirs.unknown])


def in_prometheus(prometheus: Prometheus, *, evaluates_itself: bool) -> LoadedRules:
    """The rules of a server, or of the ruler behind it. One that does not evaluate rules itself
    has no rule at all where it does not know its ruler.
    """
    groups = prometheus.rules()
    if groups is None or not (groups or evaluates_itself):
        what = "does not list its rules" if groups is None else "has no rules"
        return LoadedRules(unknown=[f"{prometheus.address} {what}: {_UNKNOWN}"])
    return LoadedRules(
        prometheus={
            (group["name"], rule["name"]): _loaded(rule)
            for group in groups
            for rule in group["rules"]
        }
    )


def in_grafana(access: GrafanaAccess) -> LoadedRules:
    """The rules of a Grafana: with their health where it gives their uids with that."""
    with httpx.Client(
        base_url=access.url,
        headers=access.headers,
        timeout=_TIMEOUT_SECONDS,
        verify=access.ssl_context,
    ) as client:
        try:
            groups = _answer(client, "/api/prometheus/grafana/api/v1/rules")["data"]["groups"]
            rules = [rule for group in groups for rule in group["rules"]]
            found = {rule["uid"]: _loaded(rule) for rule in rules if "uid" in rule}
            if not found:
                # Older ones tell neither uid nor pause beside the health.
                provisioned = _answer(client, "/api/v1/provisioning/alert-rules")
                found = {
                    rule["uid"]: Loaded(is_paused=rule.get("isPaused", False))
                    for rule in provisioned
                }
        except (httpx.HTTPError, json.JSONDecodeError, KeyError, TypeError) as error:
            return LoadedRules(
                unknown=[f"{access.url} does not list its rules ({_reason(error)}): {_UNKNOWN}"]
            )
    return LoadedRules(grafana=found)


def _absent(rule: RuleQuery) -> str:
    if rule.uid:
        return "Grafana does not have it, or these credentials may not see it: deploy the stack"
    return (
        f'no rule of this name is in a group "{rule.group}" there: load the file that '
        f"`{COMMAND} render` writes"
    )


def _loaded(rule: Mapping[str, Any]) -> Loaded:
    error = rule.get("lastError") or "its last evaluation failed"
    return Loaded(error if rule.get("health") in _FAILS else "", rule.get("isPaused", False))


def _answer(client: httpx.Client, path: str) -> Any:
    return client.get(path).raise_for_status().json()


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return str(error.response.status_code)
    if isinstance(error, httpx.HTTPError):
        return str(error) or type(error).__name__
    return "it returns something else"
