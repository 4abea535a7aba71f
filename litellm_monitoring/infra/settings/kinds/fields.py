"""The kinds of value that settings are made of, each with the rule it must meet.

A validator's message completes the sentence "<key> = <value>: …" and says what would be right.
"""

import math
import re
import zoneinfo
from itertools import pairwise
from typing import Annotated
from urllib.parse import urlsplit

import promql_parser
from pydantic import AfterValidator, BeforeValidator, PlainValidator, SecretStr

from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.infra.limits import NAME, at_most
from litellm_monitoring.infra.settings.kinds.written import Written, as_text
from litellm_monitoring.signals import Matcher, Operator
from litellm_monitoring.signals.serving.buckets import shortest

GRAFANA_UID = re.compile(r"[a-zA-Z0-9_-]{1,40}")
"""Grafana's own rule for uids of folders, dashboards and data sources."""

_TIME_EXPRESSION = re.compile(r"now([+-][0-9]+[smhdwMQy])*(/[smhdwMQy])?")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_HTTP_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s/]+")
_STACK_NAME = re.compile(r"([\w.-]+/[\w.-]+/)?[\w.-]{1,100}", re.ASCII)
_SPOILT_AT_THE_BEGINNING = "\n\t\x85\u2028\u2029"
"""With these Go's YAML library, by which Pulumi keeps configuration, writes text over several lines
that it cannot read or reads as other text.
"""
_TEAM_NAME = re.compile(r"(?=.{1,32}$)[a-z0-9]+(-[a-z0-9]+)*")
_CREDENTIAL_HEADERS = {"authorization", "cookie", "proxy-authorization", "x-api-key"}


def _uid(value: str) -> str:
    if not GRAFANA_UID.fullmatch(value):
        raise ValueError(
            f"has {len(value)} characters; a Grafana uid has 1 to 40, "
            "each a letter, a digit, - or _"
        )
    return value


def _text(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("must be one line of non-blank text")
    return value


def http_url(value: str) -> str:
    """``value``, if it is a web address; raises ValueError if not, or if it holds a password."""
    try:
        url = urlsplit(value)
        valid = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        valid = False
    if not valid or not value.isprintable() or " " in value:
        raise ValueError("not a web address; write it like https://prometheus.example.com:9090")
    if url.username or url.password:
        raise ValueError(
            "contains a user name or password; remove them and set prometheus.auth instead"
        )
    return value


def _time_expression(value: str) -> str:
    if not _TIME_EXPRESSION.fullmatch(value):
        raise ValueError("not a Grafana time expression; write it like now, now-6h or now/d")
    return value


def _timezone(value: str) -> str:
    if value not in ("browser", "utc") and value not in zoneinfo.available_timezones():
        raise ValueError("not a time zone; use browser, utc or an IANA name like Europe/Berlin")
    return value


def _header_name(value: str) -> str:
    if not _HTTP_HEADER_NAME.fullmatch(value):
        raise ValueError("not an HTTP header name; write it like X-Custom-Header")
    return value


def _plain_header_name(value: str) -> str:
    if value.lower() in _CREDENTIAL_HEADERS:
        raise ValueError("contains a credential; set it as a secret in prometheusSecretHeaders")
    return _header_name(value)


def label_matchers(value: object) -> tuple[Matcher, ...]:
    """The PromQL label matchers in a text like ``namespace="llm-prod"``; raises ValueError if it
    holds anything else.
    """
    if not isinstance(value, str):
        raise ValueError('must be text like namespace="llm-prod"')
    try:
        parsed = promql_parser.parse(f"metric{{{value}}}")
    except ValueError as error:
        raise ValueError(
            f"not PromQL label matchers ({error}); "
            'write them like namespace="llm-prod", cluster=~"eu-.*"'
        ) from None
    # Text such as `a="b"} or vector(1) or {c="d"` closes the braces early: it parses, but not
    # as one selector.
    if (
        not isinstance(parsed, promql_parser.VectorSelector)
        or parsed.matchers.or_matchers
        or parsed.offset is not None
        or parsed.at is not None
        or not all(_LABEL_NAME.fullmatch(m.name) for m in parsed.matchers.matchers)
    ):
        raise ValueError('must contain only label matchers, like namespace="llm-prod"')
    return tuple(
        Matcher(matcher.name, _OPERATORS[str(matcher.op)], matcher.value)
        for matcher in parsed.matchers.matchers
    )


_OPERATORS = {
    str(promql_parser.MatchOp.Equal): Operator.EQUAL,
    str(promql_parser.MatchOp.NotEqual): Operator.NOT_EQUAL,
    str(promql_parser.MatchOp.Re): Operator.MATCHES,
    str(promql_parser.MatchOp.NotRe): Operator.NOT_MATCHES,
}


def _slug(value: str) -> str:
    if value not in CATALOGUE:
        raise ValueError(f"not a dashboard; valid values: {', '.join(CATALOGUE)}")
    return value


def _percentage(value: float) -> float:
    if not 0 < value < 100:
        raise ValueError("must be more than 0 and less than 100, such as 99.5")
    return value


def _team_alias(value: str) -> str:
    if value.strip() in ("", "None"):
        raise ValueError("is what LiteLLM writes for keys without a team, so that it names no team")
    if "\0" in value or not _is_text(value):
        raise ValueError("contains a character that is not valid text; Grafana cannot store it")
    if "\n" in value and value[0] in _SPOILT_AT_THE_BEGINNING:
        raise ValueError(
            "has several lines and begins with a tab or an empty line, which Pulumi's "
            "configuration cannot store; change the team's alias in LiteLLM"
        )
    return value


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _contact(value: str) -> str:
    if _EMAIL.fullmatch(value):
        return at_most(NAME, "the email address of a team", value)
    try:
        return http_url(value)
    except ValueError:
        raise ValueError(
            "neither an email nor a web address; write it like team@example.com"
        ) from None


def is_email(contact: str) -> bool:
    """Whether a contact is an email address and not a web address."""
    return bool(_EMAIL.fullmatch(contact))


def _stack_name(value: str) -> str:
    if not _STACK_NAME.fullmatch(value):
        raise ValueError(
            "not a stack name; write it like prod, or like organization/project/prod for a stack "
            "of another project"
        )
    return value


def _team_name(value: str) -> str:
    if not _TEAM_NAME.fullmatch(value):
        raise ValueError(
            "must be at most 32 lower-case letters and digits, separated by single hyphens"
        )
    return value


def _pem(value: str) -> str:
    if not value.lstrip().startswith("-----BEGIN "):
        raise ValueError("not a PEM certificate; it begins with -----BEGIN CERTIFICATE-----")
    return value


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


def _bound(value: float) -> float:
    if value == math.inf:
        raise ValueError("remove it; LiteLLM adds +Inf itself")
    if not value > 0:
        raise ValueError("must be more than 0 seconds")
    return value


def _ascending(values: tuple[float, ...]) -> tuple[float, ...]:
    if not values:
        raise ValueError("must not be empty; remove it if LiteLLM uses its own bounds")
    for before, after in pairwise(values):
        if before >= after:
            raise ValueError(
                f"must be in ascending order, each once; {shortest(after)} comes after "
                f"{shortest(before)}"
            )
    return values


Uid = Annotated[Written, AfterValidator(_uid)]
Text = Annotated[Written, AfterValidator(_text)]
HttpUrl = Annotated[Written, AfterValidator(http_url)]
TimeExpression = Annotated[Written, AfterValidator(_time_expression)]
Timezone = Annotated[Written, AfterValidator(_timezone)]
Percentage = Annotated[float, AfterValidator(_percentage)]
Slug = Annotated[Written, AfterValidator(_slug)]
TeamAlias = Annotated[Written, AfterValidator(_team_alias)]
Contact = Annotated[Written, AfterValidator(_text), AfterValidator(_contact)]
TeamName = Annotated[Written, AfterValidator(_team_name)]
StackName = Annotated[Written, AfterValidator(_stack_name)]
Pem = Annotated[Written, AfterValidator(_pem)]
Bound = Annotated[float, BeforeValidator(_no_boolean), AfterValidator(_bound)]
Bounds = Annotated[tuple[Bound, ...], AfterValidator(_ascending)]
Secret = Annotated[SecretStr, BeforeValidator(as_text)]
HeaderName = Annotated[Written, AfterValidator(_header_name)]
PlainHeaderName = Annotated[Written, AfterValidator(_plain_header_name)]
Selector = Annotated[tuple[Matcher, ...], PlainValidator(label_matchers)]
