"""Every server answers what is asked of pods alike, also where VictoriaMetrics counts otherwise: of a
counter that it has not seen before, and of what begins within a window.
"""

import re

import pytest

from bench.remote_write import samples, send
from litellm_monitoring.signals.running import pods
from tests.live.kinds import SERVERS, Kind
from tests.live.numbers.test_pods import END, SCOPE, running, values_of
from tests.rules.pod_series import CONTAINER, FIRST, LAST_REASON, NEW, RESTARTS, Input, of_pod
from tests.unit.signals.test_pods import asked_of
from tests.world.conftest import Servers, Value, by_labels

_LABEL = re.compile(r'(\w+)="([^"]*)"')

EVENTFUL = [
    *(each for each in running() if RESTARTS not in each.series or FIRST not in each.series),
    *of_pod(RESTARTS, "40+0x50 41 42+0x8", container=CONTAINER),
    *of_pod(LAST_REASON, "_x51 1+0x9", container=CONTAINER, reason="OOMKilled"),
    *of_pod(RESTARTS, "_x52 17+0x8", NEW, container=CONTAINER),
    *of_pod("kube_pod_status_unschedulable", "_x40 1+0x20", NEW),
]


def tell(url: str, inputs: list[Input]) -> None:
    """Writes them as a server that scrapes each minute would have them."""
    series = []
    for each in inputs:
        name, _, labels = each.series.partition("{")
        named = {"__name__": name, **dict(_LABEL.findall(labels))}
        known = list(values_of(each.values))
        series.append(
            (
                tuple(sorted((key, value) for key, value in named.items() if value)),
                samples([value for _, value in known], [1000 * at for at, _ in known]),
            )
        )
    send(url, series)


@pytest.mark.parametrize("kind", SERVERS, ids=str)
def test_all_servers_say_the_same(servers: Servers, kind: Kind) -> None:
    server = servers.start(kind)
    tell(server.url, EVENTFUL)
    kind.settle(server.url)

    def found(expression: str) -> Value:
        return by_labels(server.query(expression, END), lambda each: float(each["value"][1]))

    def of(pod: str, expression: str) -> set[float]:
        return {value for labels, value in found(expression).items() if f'"{pod}"' in labels}

    assert of(FIRST, pods.restarts(SCOPE, "15m").expr) == {2}
    assert of(NEW, pods.restarts(SCOPE, "15m").expr) == {0}
    assert of(FIRST, pods.out_of_memory(SCOPE, "15m").expr) == {2, 0}
    assert found(pods.unschedulable(SCOPE).expr) == {"{}": 1}
    cpu = found(pods.cpu(SCOPE).expr)
    assert cpu == pytest.approx(dict.fromkeys(found(pods.memory(SCOPE).expr), 0.5), rel=0.05)
    for query in asked_of(SCOPE):
        first = SEEN.setdefault(query.expr, found(query.expr))
        assert found(query.expr) == pytest.approx(first, rel=0.05), query.expr


SEEN: dict[str, Value] = {}
"""What the first server said."""
