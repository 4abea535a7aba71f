"""What LiteLLM measures and how to ask for it: PromQL over a :class:`Scope`."""

from signals.matchers import Choice, Matcher, Operator, Variable
from signals.promised import Objective, Speed
from signals.query import Query
from signals.scope import Scope
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
