"""Whether the proxies themselves are there, and can be looked at."""

from litellm_monitoring.alerts.alert import Alert, Comparison, Component, Link, Severity, Threshold
from litellm_monitoring.signals.serving import targets, traffic

ALERTS = (
    Alert(
        name="LiteLLMProxyDown",
        question="Is a proxy down, or does it hang?",
        ask=lambda scope, _: targets.up(scope),
        thresholds={
            "up": Threshold(1, "short", "a target is scraped (1) or not (0)", least=1, most=1)
        },
        compares=Comparison.BELOW,
        severity=Severity.CRITICAL,
        component=Component.PROXY,
        pending="2m",
        summary="LiteLLM proxy {instance} is down",
        description="Prometheus cannot scrape {instance} of job {job}, and could within the last "
        "day. The proxy is down, hangs, or rejects the scrape.",
        shown_on=Link("internals", "Scraped proxies"),
        meaning="A target that exposed LiteLLM's metrics within the last day no longer responds. "
        "When Redis is down, a proxy with one worker stops responding, so that this alert may be "
        "the first sign of it.",
        look=(
            "Check the target's error on the *Targets* page in Prometheus. 401: the key for "
            "`/metrics` is missing or no longer valid. A timeout: the proxy hangs.",
            "Check the proxy's log and its `/health/liveliness`.",
            "Check Redis and the database: the proxy needs them at startup and for each request.",
        ),
    ),
    Alert(
        name="LiteLLMMetricsAbsent",
        question="Are there no LiteLLM metrics at all?",
        ask=lambda scope, _: targets.absent(scope),
        tells_of_failed_queries=True,
        thresholds={"absent": Threshold(0, "short", "1 means that no metric is present", most=0)},
        severity=Severity.CRITICAL,
        component=Component.PROXY,
        pending="10m",
        summary="Prometheus sees no LiteLLM proxy",
        description="Prometheus has no LiteLLM metrics for this stack. LiteLLM is not monitored: "
        "no other alert on it can fire.",
        shown_on=Link("overview", "Proxies down"),
        meaning="All proxies are gone or reject the scrape, or the stack's `selector` matches "
        "nothing.",
        look=(
            "Run `make check STACK=<stack>`: it says which of these it is.",
            "Check the *Targets* page in Prometheus: are there targets for LiteLLM, and what is "
            "their error? 401: the key for `/metrics` is missing.",
            "Check what changed in Prometheus's scrape configuration, or in the labels of the "
            "targets.",
        ),
    ),
    Alert(
        name="LiteLLMPageEmpty",
        question="Is a proxy scraped that no longer has any LiteLLM metrics?",
        ask=lambda scope, _: targets.empty_pages(scope),
        thresholds={"up": Threshold(0, "short", "1 means scraped without LiteLLM metrics", most=0)},
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="3m",
        summary="LiteLLM proxy {instance} is scraped but has no LiteLLM metrics",
        description="Prometheus scrapes {instance} of job {job} without an error, but finds none "
        "of the metrics that it had within the last day. No other alert can see this proxy.",
        shown_on=Link("internals", "Scraped proxies"),
        meaning="The target responds with an empty page, or something else responds in its place. "
        "A LiteLLM before 1.82 is excluded: it has no metrics until its first request.",
        look=(
            "Open the page that Prometheus scrapes: what responds there?",
            "Check that `prometheus` is still in `litellm_settings.callbacks`, and what was "
            "deployed last.",
            "With several workers, or a separate metrics port (`--prometheus_metrics_port`): "
            "check that `PROMETHEUS_MULTIPROC_DIR` is the same writable directory for all "
            "processes.",
        ),
    ),
    Alert(
        name="LiteLLMSeveralProcesses",
        question="Do several processes respond as one target?",
        ask=lambda scope, _: targets.earlier_starts(scope, "15m"),
        thresholds={
            "times": Threshold(
                2,
                "short",
                "a clock that is set back counts once; several processes alternate",
                least=1,
            )
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="0s",
        keep_firing="15m",
        summary="Several processes respond as LiteLLM proxy {instance}",
        description="{value} times in 15 minutes, {instance} reported an earlier start than in "
        "the scrape before. Each scrape reaches another process, so that counters jump up and "
        "down: every rate, sum and ratio of this target is wrong.",
        shown_on=Link("internals", "Age"),
        meaning="Several workers without a shared registry, or several pods behind one address, "
        "respond in turn.",
        look=(
            "Several workers: set `PROMETHEUS_MULTIPROC_DIR`, so that each responds for all of "
            "them.",
            "Several pods: scrape each pod, not the service or load balancer in front of them.",
            "Check the target's `instance` in Prometheus: is it the address of one proxy?",
        ),
    ),
    Alert(
        name="LiteLLMProxyHangs",
        question="Does a proxy have requests in flight but answer none?",
        ask=lambda scope, _: targets.hanging(scope),
        thresholds={
            "requests": Threshold(2, "short", "one or two may be long-lived sessions", least=0)
        },
        severity=Severity.CRITICAL,
        component=Component.PROXY,
        pending="2m",
        summary="LiteLLM proxy {instance} answers no requests",
        description="For ten minutes, {instance} of job {job} has had {value} requests in flight and "
        "has answered none, after a hundred or more in the hour before. Prometheus still scrapes it.",
        shown_on=Link("internals", "Requests in flight by proxy"),
        meaning="The process hangs. Its metrics can come from another process (several workers, "
        "`--prometheus_metrics_port`, a sidecar), so `up` does not show it. A proxy that accepts "
        "no requests, or receives none, cannot be detected this way.",
        look=(
            "Send a request to the proxy itself, and call its `/health/liveliness`.",
            "Check Redis and the database: the proxy waits for them on each request.",
            "Read the last line of the proxy's log and its time. Then restart the proxy.",
        ),
    ),
    Alert(
        name="LiteLLMScrapedTwice",
        question="Is one proxy scraped as several targets?",
        ask=lambda scope, _: targets.scraped_twice(scope),
        thresholds={"targets": Threshold(0, "short", "each proxy is one target", least=0)},
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="10m",
        summary="LiteLLM is scraped twice: {value} targets too many",
        description="{value} targets have the same start time and memory as another target: they "
        "are the same process. Its requests and spend are counted once for each target.",
        shown_on=Link("internals", "Age"),
        meaning="Two scrape jobs find the same proxy, such as a ServiceMonitor and a PodMonitor, or "
        "two addresses lead to it. With several workers, LiteLLM does not expose its start time, "
        "and this alert cannot fire.",
        look=(
            "On Prometheus's *Targets* page, find LiteLLM targets of the same pod.",
            "Compare the start times of the targets: `process_start_time_seconds`.",
            "Scrape it once, or limit `selector` to one of the jobs.",
        ),
    ),
    Alert(
        name="LiteLLMSeriesCapReached",
        question="Has a proxy reached its cap on series?",
        ask=lambda scope, _: traffic.beyond_the_cap(scope.over("15m")),
        thresholds={
            "requests": Threshold(0, "reqps", "series beyond the cap cannot be told apart", least=0)
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="5m",
        keep_firing="30m",
        summary="LiteLLM proxy {instance} has reached its cap on series",
        description="{instance} counts {value} requests per second with every label set to `other`: "
        "a metric has reached `prometheus_metrics_max_series_per_metric`.",
        shown_on=Link("internals", "Requests beyond the series cap"),
        meaning="Beyond the cap, LiteLLM counts everything in one series, and omits the gauges of "
        "new keys and teams. Alerts and panels by key, team, model or exception do not see it.",
        look=(
            "Raise `litellm_settings.prometheus_metrics_max_series_per_metric` if Prometheus can "
            "hold more series.",
            "Exclude `user_agent`, `client_ip` and `user_email` with "
            "`litellm_settings.prometheus_exclude_labels`.",
            "Restart the proxy: it starts again with no series, until it reaches the cap.",
        ),
    ),
    Alert(
        name="LiteLLMScrapeRefused",
        question="Does something scrape a proxy without a valid key?",
        ask=lambda scope, _: targets.refused_scrapes(scope, "10m"),
        thresholds={
            "scrapes": Threshold(
                5,
                "short",
                "a person who tries it by hand stops; a scraper continues",
                least=0,
            )
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="5m",
        summary="LiteLLM proxy {instance} rejects scrapes: the key is missing or invalid",
        description="{instance} rejected {value} scrapes in the last ten minutes. The scraper has "
        "no key, or an invalid one. Each attempt also counts as a failed request.",
        shown_on=Link("traffic", "Requests by status"),
        meaning="LiteLLM requires a key for `/metrics`. Something scrapes it without one: a "
        "second Prometheus, an agent, or this Prometheus in another job.",
        look=(
            "Check the proxy's log: which address requests `/metrics`?",
            "Check the scrape configuration there: `authorization.credentials` must be a valid "
            "virtual key.",
            "Or make the page public: `litellm_settings.require_auth_for_metrics_endpoint: false`.",
        ),
    ),
    Alert(
        name="LiteLLMScrapeSlow",
        question="Is a scrape about to time out?",
        ask=lambda scope, _: targets.scrape_seconds(scope),
        thresholds={"seconds": Threshold(8, "s", "Prometheus waits ten by default", least=0.1)},
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="10m",
        summary="Scraping LiteLLM proxy {instance} takes {value}",
        description="Scraping {instance} takes {value}. Beyond Prometheus's `scrape_timeout`, by "
        "default 10 seconds, its metrics are lost, and the proxy looks down.",
        shown_on=Link("internals", "Time that a scrape takes"),
        meaning="LiteLLM's metrics page grows with every key, user, model and user agent, and is "
        "rendered for each scrape.",
        look=(
            "*Samples per scrape* on Proxy internals: how large is the page, and since when?",
            "Leave out labels such as `user_agent`, `client_ip` and `user_email` with "
            "`litellm_settings.prometheus_exclude_labels`.",
            "*CPU usage* on Proxy internals: is the proxy short of CPU?",
        ),
    ),
    Alert(
        name="LiteLLMScrapeLarge",
        question="Is the metrics page too large?",
        ask=lambda scope, _: targets.samples(scope),
        thresholds={
            "samples": Threshold(
                500_000,
                "short",
                "about what fits into a scrape of ten seconds; set 80% of your `sample_limit`",
                least=1,
            )
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="30m",
        summary="LiteLLM proxy {instance} exposes {value} samples",
        description="A scrape of {instance} has {value} samples. Beyond its `sample_limit` "
        "Prometheus drops all of them; without a limit, its memory grows with them.",
        shown_on=Link("internals", "Samples in a scrape"),
        meaning="Every key, user, team, model and user agent has its own series: six keys make "
        "some eight thousand samples.",
        look=(
            'Find the largest metrics: `topk(10, count by (__name__) ({__name__=~"litellm_.*"}))`.',
            "Leave out labels with `litellm_settings.prometheus_exclude_labels`.",
            "Check whether something creates many keys that are used once.",
        ),
    ),
    Alert(
        name="LiteLLMProxyRestarts",
        question="Does a proxy restart again and again?",
        ask=lambda scope, _: targets.starts(scope, "1h"),
        thresholds={
            "starts": Threshold(2, "short", "a roll-out is one; three are a crash loop", least=0)
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="0s",
        keep_firing="15m",
        summary="LiteLLM proxy {instance} started {value} times within an hour",
        description="{instance} started {value} times within an hour. Each time, the requests "
        "that it was processing were lost.",
        shown_on=Link("internals", "Age"),
        meaning="The process ends and starts again. With several workers LiteLLM does not expose "
        "its start time, and this alert cannot fire.",
        look=(
            "Find out why it ended: the end of its log, or the reason that Kubernetes gives "
            "(`kubectl describe pod`), such as OOMKilled or a failing probe.",
            "*Memory* on Proxy internals: does it climb until the end?",
            "Check what was deployed last.",
        ),
    ),
)
