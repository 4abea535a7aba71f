"""Whether anybody still asks."""

from litellm_monitoring.alerts.alert import Alert, Comparison, Component, Link, Severity, Threshold
from litellm_monitoring.signals.serving import last_week

ALERTS = (
    Alert(
        name="LiteLLMTrafficStopped",
        question="Have requests stopped that come at this time of the week?",
        ask=lambda scope, numbers: last_week.share_of_requests(scope, numbers["least"]),
        thresholds={
            "share": Threshold(
                0.1,
                "percentunit",
                "a quiet day has less traffic than last week, but not a tenth of it",
                least=0.001,
                most=1,
            ),
            "least": Threshold(
                20,
                "short",
                "with fewer in a quarter of an hour, none may be chance: quiet nights are not "
                "compared",
                least=1,
            ),
        },
        compares=Comparison.BELOW,
        severity=Severity.WARNING,
        component=Component.PROXY,
        pending="10m",
        keep_firing="0s",
        summary="LiteLLM receives {value} of last week's requests",
        description="In the last 15 minutes LiteLLM received {value} of the requests of the same "
        "time last week, while Prometheus scrapes it without errors.",
        shown_on=Link("traffic", "Requests by outcome"),
        meaning="Requests no longer reach the proxies: DNS, certificate, load balancer, network, or "
        "a client that is turned off. Requests without a valid key do not count. It is silent in the "
        "first week, and where the hour before or after was much quieter last week. A public holiday "
        "looks the same. If your traffic never stops, make it critical with `severity` in the "
        "overrides.",
        look=(
            "Send a request through the address that clients use: does it reach a proxy?",
            "*Requests by status* on Traffic and errors: did 401 replace the requests? Then keys are "
            "rejected.",
            "Check the load balancer, DNS and the certificate, and what was deployed last. Is it a "
            "holiday?",
        ),
    ),
)
