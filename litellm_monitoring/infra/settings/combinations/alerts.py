"""Which settings of rules and alerts go together."""

from collections.abc import Iterator, Mapping

from litellm_monitoring.alerts import CATALOGUE
from litellm_monitoring.infra.settings.combinations.mistakes import Mistake, Values, section
from litellm_monitoring.infra.settings.kinds.durations import milliseconds
from litellm_monitoring.infra.settings.models.alerts import AlertTarget, RecordingTarget

_GRAFANAS_STEP = 10_000
"""In milliseconds: Grafana evaluates rules at multiples of it."""

_LONGEST = 240_000
"""In milliseconds: Prometheus takes a sample for the present one for five minutes."""

_SECRETS: Mapping[str, tuple[str, ...]] = {
    "slack": ("alertsSlackUrl", "alertsSlackToken"),
    "pagerduty": ("alertsPagerDutyKey",),
    "teams": ("alertsTeamsUrl",),
    "webhook": ("alertsWebhookToken", "alertsWebhookPassword"),
}
"""The secrets of each way to notify, of which one at most is set."""

_DOES_WITHOUT = "webhook"


def mistakes_in_alerts(values: Values) -> Iterator[Mistake]:
    """What does not go together in ``values``."""
    alerts = section(values, "alerts")
    yield from _interval(values, alerts)
    yield from _recording(values)
    yield from _contact_point(values, alerts)
    for position, timing in enumerate(_list(alerts.get("muteTimings"))):
        start, end = (timing.get(key, default) for key, default in _DAY)
        if isinstance(start, str) and isinstance(end, str) and start >= end:
            path = ("alerts", "muteTimings", str(position), "end")
            yield Mistake(path, f"must be later than {start}; use two mute timings for a night")
    yield from _overrides(section(alerts, "overrides"))


_DAY = (("start", "00:00"), ("end", "24:00"))


def _interval(values: Values, alerts: Values) -> Iterator[Mistake]:
    path = ("rules", "interval")
    length = _length(section(values, "rules").get("interval", "1m"))
    scrapes = _length(section(values, "prometheus").get("scrapeInterval", "15s"))
    if length is None or scrapes is None:
        return
    if scrapes > _LONGEST:
        yield Mistake(
            ("prometheus", "scrapeInterval"),
            "must be at most 4m: Prometheus drops a value after five minutes",
        )
        return
    in_grafana = "grafana" in (values.get("recordingRules"), alerts.get("managedBy"))
    if length > _LONGEST:
        yield Mistake(path, "must be at most 4m: Prometheus drops a value after five minutes")
    elif length < scrapes:
        yield Mistake(path, "must not be shorter than prometheus.scrapeInterval")
    elif in_grafana and length % _GRAFANAS_STEP:
        yield Mistake(path, "must be a multiple of 10s, at which Grafana evaluates rules")


def _recording(values: Values) -> Iterator[Mistake]:
    rules = section(values, "rules")
    records = values.get("recordingRules") in (RecordingTarget.PROMETHEUS, RecordingTarget.GRAFANA)
    if records and "recordedBy" in rules:
        yield Mistake(
            ("recordingRules",), "remove it; the stack in rules.recordedBy records already"
        )
    elif records and "platformStack" in section(values, "team"):
        yield Mistake(("recordingRules",), "remove it; team.platformStack records for its teams")
    if "targetUid" in rules and values.get("recordingRules") != RecordingTarget.GRAFANA:
        yield Mistake(("rules", "targetUid"), "only used by recordingRules: grafana; remove it")


def _contact_point(values: Values, alerts: Values) -> Iterator[Mistake]:
    path = ("alerts", "contactPoint")
    point = section(alerts, "contactPoint")
    own = [key for key in point if key != "existing"]
    if "existing" in point:
        for key in own:
            yield Mistake((*path, key), "remove it; alerts.contactPoint.existing has its own")
    team = section(values, "team")
    by_contact = "@" in str(team.get("contact", "")) and "//" not in str(team.get("contact"))
    if alerts.get("managedBy") == AlertTarget.GRAFANA and not point and not by_contact:
        yield Mistake(
            path,
            "set where notifications go: email, slack, pagerduty, teams or webhook, or existing, the "
            "name of an existing contact point",
        )
    for kind, secrets in _SECRETS.items():
        given = [key for key in secrets if key in values]
        if kind not in point:
            for key in given:
                yield Mistake((key,), f"only used by alerts.contactPoint.{kind}; remove it")
        elif len(given) > 1:
            yield Mistake((given[1],), f"remove it; {given[0]} is already set")
        elif not given and kind != _DOES_WITHOUT:
            yield Mistake(
                (secrets[0],),
                f"required by alerts.contactPoint.{kind}; "
                f"set it with: pulumi config set --secret {secrets[0]}",
            )
    yield from _details(values, point)


def _details(values: Values, point: Values) -> Iterator[Mistake]:
    if "slack" in point and "alertsSlackToken" in values and not section(point, "slack"):
        path = ("alerts", "contactPoint", "slack", "channel")
        yield Mistake(path, "required with alertsSlackToken")
    has_name = "username" in section(point, "webhook")
    if has_name and "alertsWebhookPassword" not in values:
        yield Mistake(
            ("alertsWebhookPassword",),
            "required by alerts.contactPoint.webhook.username; "
            "set it with: pulumi config set --secret alertsWebhookPassword",
        )
    elif "webhook" in point and "alertsWebhookPassword" in values and not has_name:
        yield Mistake(
            ("alerts", "contactPoint", "webhook", "username"), "required with alertsWebhookPassword"
        )


def _overrides(overrides: Values) -> Iterator[Mistake]:
    for name, override in overrides.items():
        alert = CATALOGUE.get(name)
        if not alert or not isinstance(override, Mapping):
            continue
        for key, value in section(override, "thresholds").items():
            path = ("alerts", "overrides", name, "thresholds", key)
            threshold = alert.thresholds.get(key)
            if not threshold:
                yield Mistake(
                    path, f"no such threshold; valid names: {', '.join(alert.thresholds)}"
                )
            elif isinstance(value, int | float):
                try:
                    threshold.check(value)
                except ValueError as error:
                    yield Mistake(path, str(error))


def _length(text: object) -> int | None:
    """In milliseconds; None where it is no duration, which is said elsewhere."""
    try:
        return milliseconds(str(text))
    except ValueError:
        return None


def _list(value: object) -> list[Values]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
