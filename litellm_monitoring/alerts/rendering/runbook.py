"""What to check when an alert fires, as Markdown: in the repository, and in Grafana."""

from collections.abc import Iterator, Mapping

from litellm_monitoring.alerts.alert import Alert, Component
from litellm_monitoring.alerts.rendering.prometheus import expression
from litellm_monitoring.alerts.rendering.rule import Rule
from litellm_monitoring.alerts.rendering.text import number

HEADINGS: Mapping[Component, str] = {
    Component.OBJECTIVES: "Objectives: error budget burn",
    Component.PROXY: "Proxies: down, not scraped, restarting",
    Component.PODS: "Pods in Kubernetes",
    Component.UPSTREAM: "Upstream: models, deployments, fallbacks",
    Component.SPEND: "Spend and budgets",
    Component.LIMITS: "Rate limits",
    Component.INTERNALS: "Internals: Redis, database, background jobs",
}


def runbook(rule: Rule) -> str:
    """What ``rule`` means, what to check first, how to silence it, and how it is computed."""
    return "\n\n".join(_parts(rule))


def _parts(rule: Rule) -> Iterator[str]:
    alert = rule.alert
    yield (
        f"Severity *{rule.severity}*. It fires {_after(rule.pending)}, and keeps firing for "
        f"{rule.keep_firing} after the condition no longer holds."
    )
    yield f"**{alert.question}** {alert.meaning}"
    if alert.why_off:
        yield f"It is disabled by default. {alert.why_off}"
    yield "## The first three things to check"
    yield "\n".join(f"{position}. {each}" for position, each in enumerate(alert.look, start=1))
    yield "## Silence"
    yield (
        "In Grafana, for as long as you work on it: *Alerting → Silences → Create silence*, with "
        f"`alertname={alert.name}`; or `amtool silence add alertname={alert.name} --duration=2h "
        "--comment=why`. To disable it, or to change its thresholds, in the stack's settings:"
    )
    yield _tuned(rule)
    yield "## How it is computed"
    yield _numbers(alert)
    yield f"```promql\n{expression(rule)}\n```"


def _after(pending: str) -> str:
    return "immediately" if pending == "0s" else f"after {pending}"


def _tuned(rule: Rule) -> str:
    numbers = ", ".join(f"{name}: {value:.12g}" for name, value in rule.alert.defaults.items())
    return (
        "```yaml\nlitellm-monitoring:alerts:\n  overrides:\n"
        f"    {rule.name}: {{enabled: false}}\n"
        f"    # or: {{thresholds: {{{numbers}}}, for: {rule.pending}, "
        f"keepFiringFor: {rule.keep_firing}}}\n```"
    )


def _numbers(alert: Alert) -> str:
    rows = "\n".join(
        f"| `{name}` | {number(threshold.default, threshold.unit)} | {threshold.reason} |"
        for name, threshold in alert.thresholds.items()
    )
    return f"| threshold | default | why |\n| --- | --- | --- |\n{rows}"
