"""``python -m tools check``: go through every panel and rule, and say what is missing."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from litellm_monitoring.tools.terminal import console

if TYPE_CHECKING:
    from rich.console import RenderableType

    from litellm_monitoring.infra.declaration.resources import DataSource
    from litellm_monitoring.infra.settings.models.stack import Settings
    from litellm_monitoring.tools.check.evidence.client import Prometheus
    from litellm_monitoring.tools.check.evidence.loaded import LoadedRules
    from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange
    from litellm_monitoring.tools.check.evidence.rules import RuleQuery
    from litellm_monitoring.tools.check.evidence.seen import Evidence
    from litellm_monitoring.tools.check.report import Report

SOMETHING_IS_EMPTY = 1
COULD_NOT_LOOK = 2

_HOURS = 6
"""What is looked at where no dashboard says it."""

Found = TypeVar("Found")


@click.command()
@click.option("--stack", default="dev", show_default=True, help="Stack, as in Pulumi.<stack>.yaml.")
@click.option(
    "--prometheus", "url", help="Address of the Prometheus server; by default prometheus.url."
)
@click.option(
    "--metrics-url",
    help="Check this /metrics page of LiteLLM instead; LITELLM_API_KEY holds a key for it.",
)
@click.option(
    "--file",
    "files",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Check the queries of this file against LiteLLM's metrics instead; can be repeated.",
)
@click.option(
    "--parallel",
    type=click.IntRange(min=1),
    default=4,
    show_default=True,
    help="How many queries run at once.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
    help="Output format; markdown fits into a comment.",
)
def check(
    stack: str,
    url: str | None,
    metrics_url: str | None,
    files: tuple[Path, ...],
    parallel: int,
    form: str,
) -> None:
    """Go through every panel of a stack's dashboards and say why it is empty, and through every
    rule and say whether it is evaluated and can fire.

    Prometheus is asked with the credentials that the stack's data source has, or through Grafana.
    Exit status 0: all is well; 1: a panel is empty, or a rule does nothing; 2: could not look.

    With --file, no Prometheus is asked: anybody's dashboards and rules are held against the metrics
    and labels that LiteLLM has. Exit status 1: something there can never have data, or is wrong.
    """
    if files:
        if url or metrics_url:
            raise click.UsageError("--file checks files only: remove the address")
        _check_files(files, form)
        return
    from litellm_monitoring.infra.settings.kinds.fields import http_url
    from litellm_monitoring.tools.check import report as reports

    for option, address in (("--prometheus", url), ("--metrics-url", metrics_url)):
        try:
            http_url(address or "http://localhost")
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=option) from None
    if url and metrics_url:
        raise click.UsageError("--prometheus and --metrics-url exclude each other")
    try:
        report = _report(stack, url, metrics_url, parallel)
    except click.ClickException as error:
        error.show()
        sys.exit(COULD_NOT_LOOK)
    _show(
        form,
        partial(reports.as_json, report),
        partial(reports.as_markdown, report),
        partial(reports.as_terminal, report),
    )
    if not report.is_all_well:
        sys.exit(SOMETHING_IS_EMPTY)


def _show(
    form: str,
    as_json: Callable[[], str],
    as_markdown: Callable[[], str],
    as_terminal: "Callable[[], RenderableType]",
) -> None:
    match form:
        case "json":
            click.echo(as_json())
        case "markdown":
            click.echo(as_markdown(), nl=False)
        case _:
            console().print(as_terminal())


def _check_files(files: tuple[Path, ...], form: str) -> None:
    from litellm_monitoring.tools.check.documents import FileError
    from litellm_monitoring.tools.check.held import report as reports

    try:
        report = reports.report_of(files)
    except FileError as error:
        click.ClickException(str(error)).show()
        sys.exit(COULD_NOT_LOOK)
    _show(
        form,
        partial(reports.as_json, report),
        partial(reports.as_markdown, report),
        partial(reports.as_terminal, report),
    )
    if report.has_errors:
        sys.exit(SOMETHING_IS_EMPTY)


def _report(stack: str, url: str | None, metrics_url: str | None, parallel: int) -> "Report":
    from litellm_monitoring.infra.declaration.stack import declare
    from litellm_monitoring.infra.settings.models.alerts import RecordingTarget, RuleSettings
    from litellm_monitoring.tools.check.evidence.rules import rules_of
    from litellm_monitoring.tools.check.report import Report
    from litellm_monitoring.tools.check.source import settings_of_any, source_of

    settings = settings_of_any(stack)
    if metrics_url:
        # What LiteLLM exposes has nothing that was recorded from it.
        settings = settings.model_copy(
            update={"recording_rules": RecordingTarget.OFF, "rules": RuleSettings()}
        )
    declaration = declare(settings, stack)
    source = None if metrics_url else source_of(settings, stack, url, console())
    interval = source.json_data["timeInterval"] if source else settings.prometheus.scrape_interval
    queries = _queries(
        [each.config_json for each in declaration.dashboards.values()], str(interval)
    )
    times = queries[0].range if queries else _last_hours()
    rules = rules_of(declaration.alerting, times)
    if not queries and not rules:
        raise click.ClickException(f"stack {stack} has no panel and no rule to check")
    selector = declaration.platform.selector
    with _evidence(source, metrics_url, selector, times, parallel) as (evidence, server):
        from litellm_monitoring.tools.check.diagnosis.panels import Diagnosis
        from litellm_monitoring.tools.check.diagnosis.proxy import proxy_seen_in
        from litellm_monitoring.tools.check.diagnosis.rules import RuleDiagnosis

        proxy = proxy_seen_in(evidence, settings.selector)
        loaded = _loaded(rules, server, settings, stack)
        own = [each.label for each in settings.labels]
        of_panel = Diagnosis(evidence, proxy, selector, own).of
        of_rule = RuleDiagnosis(evidence, proxy, selector, loaded, rules, own).of
        with ThreadPoolExecutor(parallel) as pool:
            panels, asked = pool.map(of_panel, queries), pool.map(of_rule, rules)
            return Report(
                stack,
                server.address if server else str(metrics_url),
                proxy,
                evidence.unscraped,
                list(_with_progress(panels, len(queries))),
                list(_with_progress(asked, len(rules))),
                loaded.unknown,
                settings.litellm.latency_buckets,
            )


def _loaded(
    rules: "list[RuleQuery]", server: "Prometheus | None", settings: "Settings", stack: str
) -> "LoadedRules":
    from litellm_monitoring.infra.settings.models.prometheus import PrometheusType
    from litellm_monitoring.tools.check.evidence.loaded import LoadedRules, loaded_rules
    from litellm_monitoring.tools.check.source import grafana_of

    if not server:
        return LoadedRules()
    # What a data source that is there already leads to may be anything.
    is_prometheus = settings.prometheus.type is PrometheusType.PROMETHEUS
    return loaded_rules(
        rules,
        server,
        lambda: grafana_of(settings, stack, console()),
        evaluates_itself=is_prometheus and bool(settings.prometheus.url),
    )


def _last_hours() -> "TimeRange":
    from litellm_monitoring.tools.check.evidence.panels import TimeRange

    now = int(time.time())
    return TimeRange(now - _HOURS * 3600, now, 60)


def _queries(models: list[str], scrape_interval: str) -> "list[PanelQuery]":
    import json
    from datetime import datetime

    from litellm_monitoring.tools.check.evidence.panels import queries_of

    now = datetime.now().astimezone()
    return [
        query for model in models for query in queries_of(json.loads(model), now, scrape_interval)
    ]


@contextmanager
def _evidence(
    source: "DataSource | None",
    metrics_url: str | None,
    selector: str,
    times: "TimeRange",
    parallel: int,
) -> "Iterator[tuple[Evidence, Prometheus | None]]":
    """What there is to see, and the server that it is seen through."""
    if metrics_url:
        from litellm_monitoring.tools.check.evidence.page import metrics_page

        yield metrics_page(metrics_url, os.environ.get("LITELLM_API_KEY")), None
    elif source:
        from litellm_monitoring.tools.check.evidence.client import connected
        from litellm_monitoring.tools.check.evidence.scraped import ScrapedEvidence

        with connected(source, parallel) as prometheus:
            yield ScrapedEvidence(prometheus, selector, times), prometheus


def _with_progress(findings: "Iterable[Found]", count: int) -> "Iterable[Found]":
    """``findings`` as they come, with a bar for a person who waits for them."""
    from rich.console import Console
    from rich.progress import track

    err = Console(stderr=True)
    return track(
        findings, "Checking", count, console=err, transient=True, disable=not err.is_terminal
    )
