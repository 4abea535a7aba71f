"""Money by model group and by provider, and whether all of it is counted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from litellm_monitoring.alerts.alert import (
    Alert,
    Comparison,
    Component,
    Link,
    Severity,
    Threshold,
    Thresholds,
    carried,
)
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.spending import spend


@dataclass(frozen=True)
class _By:
    """``label`` tells them apart; ``who`` is what one is called in a sentence, and ``setting`` has
    the daily limits that ``limits`` of a scope are.
    """

    label: str
    noun: str
    who: str
    limits: Callable[[Scope], Mapping[str, float]]
    setting: str
    panel: str


_OF_EACH: Mapping[str, _By] = {
    "Model": _By(
        "requested_model",
        "model group",
        "model group {requested_model}",
        lambda scope: scope.daily_model_spend_limits,
        "dailyModelSpendLimits",
        "Spend by model group",
    ),
    "Provider": _By(
        "api_provider",
        "provider",
        "provider {api_provider}",
        lambda scope: scope.daily_provider_spend_limits,
        "dailyProviderSpendLimits",
        "Spend by provider",
    ),
}

_LOOK = (
    "*Spend by team* and *Spend by key* on Spend and tokens: who spends it?",
    "*Top models by spend* on Spend and tokens: did clients change to a more expensive model, or a "
    "fallback answer for another one?",
    "Check whether the spend is intended: a retry loop looks the same. Set a budget for the key or "
    "team.",
)


def _surge(by: _By) -> Callable[[Scope, Thresholds], Query]:
    return lambda scope, numbers: spend.surge(
        scope.with_a_value(by.label),
        numbers["dollars"],
        by.label,
        *carried(scope, spend.SPEND),
    )


def _above(by: _By) -> Callable[[Scope, Thresholds], Query]:
    return lambda scope, _: spend.above_daily_limits(
        scope, by.label, by.limits(scope), *carried(scope, spend.SPEND)
    )


def _has_limits(by: _By) -> Callable[[Scope], bool]:
    return lambda scope: bool(by.limits(scope))


def _by_model_and_provider() -> Iterator[Alert]:
    for name, by in _OF_EACH.items():
        yield Alert(
            name=f"LiteLLM{name}SpendSurge",
            counts=(spend.SPEND,),
            question=f"Does a {by.noun} cost far more than a week ago?",
            ask=_surge(by),
            thresholds={
                "times": Threshold(3, "short", "a factor of two between weeks is normal", least=1),
                "dollars": Threshold(10, "currencyUSD", "a cheaper hour is not worth an alert"),
            },
            severity=Severity.WARNING,
            component=Component.SPEND,
            pending="10m",
            keep_firing="15m",
            summary=f"{by.who.capitalize()} costs {{value}} times as much as a week ago",
            description=f"In the last hour {by.who} cost {{value}} times as much as in the same "
            "hour of last week, and more than {dollars}.",
            shown_on=Link("spend", by.panel),
            meaning=f"The spend of an hour is far above that of the same hour of last week. A "
            f"{by.noun} without spend at that time is not compared.",
            look=_LOOK,
        )
        yield Alert(
            name=f"LiteLLM{name}DailySpend",
            counts=(spend.SPEND,),
            question=f"Has a {by.noun} exceeded its daily spend limit?",
            ask=_above(by),
            applies=_has_limits(by),
            thresholds={
                "dollars": Threshold(
                    0, "currencyUSD", f"each limit is set in `alerts.{by.setting}`", most=0
                )
            },
            severity=Severity.WARNING,
            component=Component.SPEND,
            pending="0s",
            keep_firing="30m",
            summary=f"{by.who.capitalize()} cost {{value}} in 24 hours",
            description=f"{by.who.capitalize()} cost {{value}} in 24 hours, more than its limit in "
            f"`alerts.{by.setting}`.",
            shown_on=Link("spend", by.panel),
            meaning=f"`alerts.{by.setting}` sets what each {by.noun} may cost in 24 hours. LiteLLM "
            "itself does not enforce it.",
            look=_LOOK,
        )


ALERTS = (
    *_by_model_and_provider(),
    Alert(
        name="LiteLLMZeroCostRequests",
        question="Are requests priced at nothing?",
        ask=lambda scope, _: spend.at_zero_cost(scope, "1h"),
        thresholds={
            "requests": Threshold(
                0, "short", "LiteLLM counts only requests that should have cost something"
            )
        },
        severity=Severity.WARNING,
        component=Component.SPEND,
        pending="0s",
        keep_firing="1h",
        summary="Requests to {requested_model} are tracked at zero cost",
        description="{value} requests to {requested_model} ({model}) in the last hour used tokens "
        "and were tracked at zero cost, though the model has a price ({reason}). They are missing "
        "from spend and from budgets.",
        shown_on=Link("spend", "Requests that cost nothing"),
        meaning="Free models do not count. `missing_pricing_key`: the model's prices lack the kind "
        "of token that was used. `pricing_not_applied`: they have it, and the cost was still zero. "
        "`cost_calculation_error`: computing it failed.",
        look=(
            "Check the proxy's log: a warning names the pricing entry and the missing prices.",
            "Check the prices in the deployment's `model_info`, or LiteLLM's list of prices.",
            "If the model is free, set every price to 0.",
        ),
    ),
    Alert(
        name="LiteLLMSpendCaptureLow",
        question="Is less spend tracked than a provider bills?",
        ask=lambda scope, _: spend.newest_capture_rate(scope),
        thresholds={
            "share": Threshold(
                0.9,
                "percentunit",
                "discounts and rounding explain a few percent; LiteLLM's documentation has the same",
                least=0.01,
                most=1,
            )
        },
        compares=Comparison.BELOW,
        severity=Severity.WARNING,
        component=Component.SPEND,
        pending="1h",
        keep_firing="1h",
        summary="LiteLLM tracks {value} of the bill of {api_provider}",
        description="According to its last check, LiteLLM tracked {value} of what {api_provider} "
        "billed. Budgets and all figures of spend are too low by the rest.",
        shown_on=Link("spend", "Share of the providers' bills that was counted"),
        meaning="`general_settings.spend_capture_rate_check` compares tracked spend with the "
        "provider's bill once a day. Prices are wrong, or the provider's key is used outside the "
        "proxy.",
        look=(
            "Compare LiteLLM's prices with the provider's price list, and the bill by model with "
            "*Top models by spend* on Spend and tokens.",
            "*Zero-cost requests* on Spend and tokens: are requests priced at nothing?",
            "Check in the provider's console whether the key is used by anything but the proxy.",
        ),
    ),
)
