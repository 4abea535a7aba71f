"""What LiteLLM measures and how to ask for it: PromQL over a :class:`Scope`."""

from signals.query import Query
from signals.scope import Choice, Matcher, Objective, Operator, Scope, Speed, Variable
from signals.workload import Workload

__all__ = [
    "Choice",
    "Matcher",
    "Objective",
    "Operator",
    "Query",
    "Scope",
    "Speed",
    "Variable",
    "Workload",
]
