"""Whatever a person sets is refused in one message, or is declared within every limit of Grafana's."""

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from litellm_monitoring.dashboards import slugs
from litellm_monitoring.infra.declaration.stack import Declaration, declare
from litellm_monitoring.infra.settings.kinds.fields import GRAFANA_UID
from litellm_monitoring.infra.settings.loading.stack import SettingsError, load_settings
from litellm_monitoring.infra.settings.models.stack import SECRET_KEYS
from tests.unit.settings.test_settings import merge

PROJECT = "litellm-monitoring"

odd_texts = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            *(letter * length for letter in "aé\U0001f600" for length in (39, 41, 49, 51, 250)),
            *("a" * length for length in (188, 189, 190, 191, 255, 256, 6000)),
            "a\nb",
            "general",
        ]
    ),
    st.integers(),
    st.booleans(),
    st.floats(),
)
usual_texts = st.one_of(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60),
    st.sampled_from([" a ", "a/b", "a,b", "{{ .x }}", "$__interval", "[[x]]", 'a"b\\c', 7, True]),
)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Now and then something else, so that most configurations can be used."""
    return st.integers(0, 19).flatmap(lambda odds: usual if odds else odd_texts)


texts = mostly(usual_texts)
uids = mostly(st.text("aZ0_-", min_size=1, max_size=40))
durations = mostly(st.sampled_from(["5s", "15s", "90s", "1m", "2m", "2h", "1d", "1w"]))
addresses = st.builds("http://a/{}".format, st.text("ab/", max_size=260))
emails = st.builds("{}@x".format, st.text("ab", min_size=1, max_size=200))


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


prometheus = st.one_of(
    st.fixed_dictionaries({"existingUid": uids}),
    st.fixed_dictionaries(
        {"url": addresses},
        optional={
            "name": texts,
            "uid": uids,
            "tenant": texts,
            "scrapeInterval": durations,
            "queryTimeout": durations,
            "headers": st.dictionaries(st.just("X-A"), texts),
            "auth": st.builds(lambda user: {"type": "basic", "username": user}, texts),
        },
    ),
)
alerts = st.builds(
    lambda own, more: {**own, **more},
    st.sampled_from(
        [
            {"managedBy": "grafana", "contactPoint": {"email": {"addresses": ["a@b.c"]}}},
            {"managedBy": "grafana", "contactPoint": {"slack": {}}},
            {"managedBy": "off"},
        ]
    ),
    some(
        groupWait=durations,
        groupInterval=durations,
        repeatInterval=durations,
        muteTimings=st.lists(st.builds(lambda name: {"name": name}, texts), max_size=2),
        dailySpendLimits=st.dictionaries(st.text(max_size=60), st.floats(1, 9), max_size=2),
        overrides=st.builds(lambda each: {"LiteLLMProxyDown": each}, some(**{"for": durations})),
    ),
)
configurations = st.fixed_dictionaries(
    {"prometheus": prometheus},
    optional={
        "environment": texts.map(str),
        "team": st.fixed_dictionaries(
            {"alias": texts},
            optional={
                "title": texts,
                "contact": emails | addresses,
                "grafanaTeam": some(name=texts),
            },
        ),
        "folder": some(title=texts, uid=uids, parentUid=uids)
        | st.fixed_dictionaries({"existingUid": uids}),
        "dashboards": some(
            include=st.sampled_from([["prod-v2"], ["team-overview"], []]),
            uids=st.dictionaries(st.sampled_from(slugs(of_team=True)), uids, max_size=1),
            tags=st.lists(texts, max_size=3),
            refresh=durations,
            links=st.lists(
                st.builds(lambda t: {"title": t, "url": "https://x"}, texts), max_size=1
            ),
        ),
        "rules": some(interval=mostly(st.sampled_from(["10s", "1m", "2m", "4m", "15s"]))),
        "recordingRules": st.sampled_from(["off", "grafana"]),
        "objective": some(window=durations),
        "alerts": alerts,
    },
)
stacks = st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True) | st.just("s" * 100)
small: dict[str, Any] = {"dashboards": {"include": ["prod-v2"]}}
longest = {
    "prometheus": {"url": "http://p", "name": "a" * 190},
    "environment": "e" * 250,
    "team": {"alias": "\U0001f600" * 250, "contact": "a@b.c"},
    "dashboards": {"tags": ["t" * 50], "refresh": "5s"},
    "alerts": {"managedBy": "grafana"},
    "recordingRules": "grafana",
}


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@example(longest, "s" * 100)
@example({**longest, "environment": "e" * 60}, "s" * 60)
@given(configurations, stacks)
def test_configurations_at_random(config: dict[str, Any], stack: str) -> None:
    assume(not ("team" in config and "existingUid" in config.get("folder", {})))
    wanted: dict[str, Any] = {}
    merge(wanted, small)
    merge(wanted, config)
    if "auth" in wanted["prometheus"]:
        wanted["prometheusPassword"] = "hunter2"
    if "slack" in wanted.get("alerts", {}).get("contactPoint", {}):
        wanted["alertsSlackUrl"] = "https://hooks"
    handed = {f"{PROJECT}:{key}": _as_handed(value) for key, value in wanted.items()}
    secret = {f"{PROJECT}:{key}" for key in SECRET_KEYS & wanted.keys()}
    try:
        declaration = declare(load_settings(handed, secret, PROJECT, stack), stack)
    except SettingsError as error:
        first, *lines = str(error).splitlines()
        assert "correction in the configuration of stack" in first
        assert lines
        assert all(line.startswith("  ") and line.isprintable() for line in lines)
        return
    assert list(beyond_limits(declaration)) == []


def test_what_the_longest_names_become() -> None:
    handed = {f"{PROJECT}:{key}": _as_handed(value) for key, value in longest.items()}
    declaration = declare(load_settings(handed, set(), PROJECT, "s" * 100), "s" * 100)
    model = json.loads(declaration.dashboards["team-overview"].config_json)
    assert model["tags"] == [
        "litellm",
        f"environment:{'e' * 28}… cc9ea390",
        "team:8ea11838",
        "litellm-sssssssssssssssssssssss-4f431567",
        "t" * 50,
    ]
    assert declaration.grafana_team
    assert declaration.grafana_team.name == (
        "LiteLLM " + "\U0001f600" * 110 + "… 8ea11838 (" + "e" * 40 + "… 420f5d52)"
    )


def _as_handed(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def beyond_limits(declaration: Declaration) -> Iterator[str]:
    """What Grafana or its provider would refuse, or keep otherwise than it is declared."""
    if folder := declaration.folder:
        yield from _uid("folder", folder.uid)
        if re.fullmatch("-?[0-9]+", folder.uid) or folder.uid in ("general", "sharedwithme"):
            yield f"folder uid {folder.uid}"
        yield from _text("folder title", folder.title, 189)
    if team := declaration.grafana_team:
        yield from _length("team", team.name, 190)
        yield from _length("team's address", team.email or "", 190)
    if source := declaration.data_source:
        yield from _uid("data source", source.uid)
        yield from _length("data source", source.name.encode(), 190)
        yield from _length("address", source.url.encode(), 255)
        yield from _length("user", source.basic_auth_username or "", 255)
    taken = {declaration.platform.folder_uid}
    for dashboard in declaration.dashboards.values():
        model = json.loads(dashboard.config_json)
        yield from _uid("dashboard", dashboard.uid)
        if dashboard.uid in taken:
            yield f"uid {dashboard.uid} twice"
        taken.add(dashboard.uid)
        yield from _text("dashboard title", model["title"], 189)
        for tag in model["tags"]:
            yield from _length("tag", tag, 50)
        if model["refresh"] and _seconds(model["refresh"]) < 5:
            yield f"refresh {model['refresh']}"
    yield from _alerting(declaration)


def _alerting(declaration: Declaration) -> Iterator[str]:
    titles = set[str]()
    for group in declaration.alerting.grafana:
        yield from _length("rule group", group.name.encode(), 190)
        if group.interval <= 0 or group.interval % 10:
            yield f"interval {group.interval}"
        for rule in group.rules:
            yield from _uid("rule", rule.uid)
            yield from _length("rule", rule.title.encode(), 190)
            if rule.title in titles:
                yield f"rule {rule.title} twice"
            titles.add(rule.title)
            for period in (rule.pending, rule.keep_firing):
                if _seconds(period) % 1:
                    yield f"period {period}"
    names = [timing.name for timing in declaration.alerting.mute_timings]
    if len(set(names)) < len(names):
        yield "mute timings of one name"


def _uid(what: str, uid: str) -> Iterator[str]:
    if not GRAFANA_UID.fullmatch(uid):
        yield f"{what} uid {uid}"


def _text(what: str, text: str, limit: int) -> Iterator[str]:
    if text != text.strip():
        yield f"{what} {text!r} is blank at an end"
    yield from _length(what, text, limit)


def _length(what: str, text: str | bytes, limit: int) -> Iterator[str]:
    if len(text) > limit:
        yield f"{what} has {len(text)}"


def _seconds(period: str) -> float:
    found = re.fullmatch("([0-9]+)(ms|s|m|h|d|w)", period)
    assert found
    lengths = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    return int(found[1]) * lengths[found[2]]
