"""Which proxies are scraped: Grafana variable queries over the scrape labels."""

from signals.scope import Matcher, Operator, Scope, Variable
from signals.traffic import REQUESTS


def jobs(scope: Scope) -> str:
    """Grafana's ``label_values`` query for the ``job`` of every proxy in ``scope``."""
    return f"label_values({scope.series(REQUESTS)}, job)"


def instances(scope: Scope) -> str:
    """Grafana's ``label_values`` query for the ``instance`` of every proxy in the chosen jobs."""
    return f"label_values({scope.narrowed([CHOSEN_JOB]).series(REQUESTS)}, instance)"


CHOSEN_JOB = Matcher("job", Operator.MATCHES, Variable("job"))
CHOSEN_INSTANCE = Matcher("instance", Operator.MATCHES, Variable("instance"))


def chosen(scope: Scope) -> Scope:
    """``scope`` narrowed to what the dashboard's ``job`` and ``instance`` variables select."""
    return scope.narrowed([CHOSEN_JOB, CHOSEN_INSTANCE])
