"""Whether the proxies themselves are there, and can be looked at."""

from alerts.alert import Alert, Comparison, Component, Link, Severity, Threshold
from signals import targets, traffic

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
        description="Prometheus has not been able to scrape {instance} of job {job}, though it was "
        "within the last day. The proxy is down, hangs, or refuses the scrape.",
        shown_on=Link("internals", "Scraped proxies"),
        meaning="A target that exposed LiteLLM's metrics within a day does not answer any more. When "
        "Redis is gone, a proxy with one worker stops answering, so that this may be the first "
        "thing that is seen of it.",
        look=(
            "Prometheus' page *Targets*: the error of the last scrape. 401 means that the key for "
            "`/metrics` is missing or no longer valid; a time-out, that the proxy hangs.",
            "The proxy's log and its `/health/liveliness`.",
            "Redis and the database, on which the proxy waits at start and for each request.",
        ),
    ),
    Alert(
        name="LiteLLMMetricsAbsent",
        question="Is there no metric of LiteLLM's at all?",
        ask=lambda scope, _: targets.absent(scope),
        tells_of_failed_queries=True,
        thresholds={"absent": Threshold(0, "short", "1 is absent, and nothing is there", most=0)},
        severity=Severity.CRITICAL,
        component=Component.PROXY,
        pending="10m",
        summary="No LiteLLM proxy is seen by Prometheus",
        description="Prometheus has no metric of LiteLLM's in what this stack looks at. Nobody is "
        "watching: no other alert on LiteLLM can fire.",
        shown_on=Link("overview", "Proxies down"),
        meaning="All proxies are gone or refuse to be scraped, or the stack's `selector` leaves "
        "nothing.",
        look=(
            "`make check STACK=<stack>` says which of these it is.",
            "Prometheus' page *Targets*: are there targets for LiteLLM, and what do they answer? 401 "
            "means that the key for `/metrics` is missing.",
            "What was changed in Prometheus' scrape configuration, or in the labels of the targets.",
        ),
    ),
    Alert(
        name="LiteLLMPageEmpty",
        question="Is a proxy scraped that has no metric of LiteLLM's any more?",
        ask=lambda scope, _: targets.empty_pages(scope),
        thresholds={"up": Threshold(0, "short", "1 is scraped, and nothing is there", most=0)},
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="3m",
        summary="LiteLLM proxy {instance} is scraped and has no metric of LiteLLM's",
        description="Prometheus scrapes {instance} of job {job} without an error, and finds none of the "
        "metrics that it had within the last day. No other alert can tell anything of it.",
        shown_on=Link("internals", "Scraped proxies"),
        meaning="The target answers with an empty page, or something else answers in its place. A "
        "LiteLLM before 1.82 is not watched so: idle after a start, it has no metric yet.",
        look=(
            "The page that Prometheus scrapes, opened by hand: what answers there?",
            "Whether `prometheus` is still in `litellm_settings.callbacks`, and what was deployed last.",
            "With several workers, or a metrics port of its own (`--prometheus_metrics_port`): whether "
            "`PROMETHEUS_MULTIPROC_DIR` is the same directory for all processes, and can be written.",
        ),
    ),
    Alert(
        name="LiteLLMSeveralProcesses",
        question="Do several processes answer in the name of one target?",
        ask=lambda scope, _: targets.earlier_starts(scope, "15m"),
        thresholds={
            "times": Threshold(
                2, "short", "a clock that is set back is one; processes take turns", least=1
            )
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="0s",
        keep_firing="15m",
        summary="Several processes answer as LiteLLM proxy {instance}",
        description="Within a quarter of an hour {instance} was {value} times started earlier than one "
        "scrape before. Each scrape meets another process, so that counters go up and down: every rate, "
        "sum and ratio of this target is wrong.",
        shown_on=Link("internals", "Age"),
        meaning="Several workers without a registry that they share, or several pods behind one "
        "address, take turns to answer.",
        look=(
            "Several workers: set `PROMETHEUS_MULTIPROC_DIR`, so that each answers for all.",
            "Several pods: scrape each pod, not the service or load balancer before them.",
            "The target's `instance` in Prometheus: is it the address of one proxy?",
        ),
    ),
    Alert(
        name="LiteLLMProxyHangs",
        question="Does a proxy work on requests and answer none?",
        ask=lambda scope, _: targets.hanging(scope),
        thresholds={
            "requests": Threshold(
                2, "short", "one or two may be sessions that last for long", least=0
            )
        },
        severity=Severity.CRITICAL,
        component=Component.PROXY,
        pending="2m",
        summary="LiteLLM proxy {instance} answers no request",
        description="{instance} of job {job} has been working on {value} requests for ten minutes and "
        "answered none, though it answered a hundred or more within the hour. It is scraped all the same.",
        shown_on=Link("internals", "Requests in flight by proxy"),
        meaning="The process hangs. Its metrics may come from another process (several workers, "
        "`--prometheus_metrics_port`, a sidecar), so that `up` says nothing of it. A proxy that "
        "lets no request in, or is asked for nothing, cannot be seen so.",
        look=(
            "A request by hand to the proxy itself, and its `/health/liveliness`.",
            "Redis and the database, on which the proxy waits for each request.",
            "The proxy's log: the last line, and when it was written. Then restart it.",
        ),
    ),
    Alert(
        name="LiteLLMScrapedTwice",
        question="Is one proxy scraped as several targets?",
        ask=lambda scope, _: targets.scraped_twice(scope),
        thresholds={
            "targets": Threshold(0, "short", "each proxy is one target", least=0),
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="10m",
        summary="LiteLLM is scraped twice: {value} targets too many",
        description="{value} targets were started in the same hundredth of a second as another one, and hold "
        "the same memory: they show the page of one process. Its requests and its spend count as often as "
        "it is scraped.",
        shown_on=Link("internals", "Age"),
        meaning="Two scrape jobs find the same proxy, for instance a ServiceMonitor and a PodMonitor, "
        "or two addresses lead to it. With several workers LiteLLM does not expose when it was "
        "started, and this alert stays silent.",
        look=(
            "Prometheus' page *Targets*: which of LiteLLM's targets have the same pod behind them?",
            "*Age* on Proxy internals: lines that lie on one another.",
            "Scrape it once, or limit `prometheus.selector` to one of the jobs.",
        ),
    ),
    Alert(
        name="LiteLLMSeriesCapReached",
        question="Does a proxy have as many series as its settings let it have?",
        ask=lambda scope, _: traffic.beyond_the_cap(scope.over("15m")),
        thresholds={
            "requests": Threshold(
                0, "reqps", "what comes after the cap is told apart no more", least=0
            )
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="5m",
        keep_firing="30m",
        summary="LiteLLM proxy {instance} has reached its cap on series",
        description="{instance} counts {value} requests a second with every label `other`: a metric has "
        "as many series as `prometheus_metrics_max_series_per_metric` lets it have.",
        shown_on=Link("internals", "Requests beyond the cap on series"),
        meaning="What comes after the cap is counted together, whoever asked for whatever model, and "
        "gauges of new keys and teams are not there. Alerts and panels that tell keys, teams, "
        "models or exceptions apart do not see it.",
        look=(
            "`litellm_settings.prometheus_metrics_max_series_per_metric`: raise it, if Prometheus can hold "
            "more.",
            "Which labels can be left out: `litellm_settings.prometheus_exclude_labels` leaves out "
            "`user_agent`, `client_ip`, `user_email`.",
            "A restart of the proxy begins anew, and lasts until the cap is reached again.",
        ),
    ),
    Alert(
        name="LiteLLMScrapeRefused",
        question="Does somebody scrape a proxy without its key?",
        ask=lambda scope, _: targets.refused_scrapes(scope, "10m"),
        thresholds={
            "scrapes": Threshold(
                5,
                "short",
                "a person who tries it by hand is none; a scraper asks on and on",
                least=0,
            )
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="5m",
        summary="LiteLLM proxy {instance} refuses scrapes: the key is missing",
        description="{value} scrapes of {instance} were refused within ten minutes. "
        "Whoever scrapes it has no key, or one that is not valid; each attempt is also counted as a "
        "failed request.",
        shown_on=Link("traffic", "Requests by status"),
        meaning="LiteLLM wants a key for `/metrics`, as for everything. Somebody asks without: a "
        "second Prometheus, an agent, or this one in another job.",
        look=(
            "The proxy's log: which address asks for `/metrics`?",
            "The scrape configuration there: `authorization.credentials` must be a valid virtual key.",
            "Or open the page to all who reach it: "
            "`litellm_settings.require_auth_for_metrics_endpoint: false`.",
        ),
    ),
    Alert(
        name="LiteLLMScrapeSlow",
        question="Is a scrape about to take longer than Prometheus waits?",
        ask=lambda scope, _: targets.scrape_seconds(scope),
        thresholds={
            "seconds": Threshold(8, "s", "of the ten that Prometheus waits by default", least=0.1)
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="10m",
        summary="Scraping LiteLLM proxy {instance} takes {value}",
        description="Scraping {instance} takes {value}. Beyond Prometheus' `scrape_timeout`, by "
        "default 10 seconds, its metrics are lost, and it looks as if it were down.",
        shown_on=Link("internals", "Time that a scrape takes"),
        meaning="LiteLLM's page grows with every key, user, model and user agent, and is made anew "
        "for each scrape.",
        look=(
            "*Samples in a scrape* on Proxy internals: how large is the page, and since when?",
            "Which labels make it so: `litellm_settings.prometheus_exclude_labels` leaves out "
            "`user_agent`, `client_ip`, `user_email`.",
            "Whether the proxy has too little processor time (*Processors*).",
        ),
    ),
    Alert(
        name="LiteLLMScrapeLarge",
        question="Is the page of metrics too large?",
        ask=lambda scope, _: targets.samples(scope),
        thresholds={
            "samples": Threshold(
                500_000,
                "short",
                "about what a scrape of ten seconds can hold; set 80 % of your `sample_limit`",
                least=1,
            )
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="30m",
        summary="LiteLLM proxy {instance} exposes {value} samples",
        description="A scrape of {instance} has {value} samples. Beyond a `sample_limit` Prometheus "
        "takes none of them, and without one its memory grows with them.",
        shown_on=Link("internals", "Samples in a scrape"),
        meaning="Every key, user, team, model and user agent has series of its own: six keys make "
        "some eight thousand samples.",
        look=(
            "Which families are largest: "
            '`topk(10, count by (__name__) ({__name__=~"litellm_.*"}))`.',
            "Which labels can be left out: `litellm_settings.prometheus_exclude_labels`.",
            "Whether many keys are made that are used once.",
        ),
    ),
    Alert(
        name="LiteLLMProxyRestarts",
        question="Does a proxy start again and again?",
        ask=lambda scope, _: targets.starts(scope, "1h"),
        thresholds={
            "starts": Threshold(2, "short", "a deployment is one; three are a crash loop", least=0)
        },
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="0s",
        keep_firing="15m",
        summary="LiteLLM proxy {instance} was started {value} times within an hour",
        description="{instance} was started {value} times within an hour. Requests that it was "
        "working on were lost each time.",
        shown_on=Link("internals", "Age"),
        meaning="The process ends and is started anew. With several workers LiteLLM does not expose "
        "when it was started, and this alert stays silent.",
        look=(
            "Why it ended: the log's end, or the reason that Kubernetes gives "
            "(`kubectl describe pod`): OOMKilled, a failing probe.",
            "*Memory* on Proxy internals: does it climb until the end?",
            "What was deployed last.",
        ),
    ),
)
