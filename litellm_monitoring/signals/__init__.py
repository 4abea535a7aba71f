"""What LiteLLM measures and how to ask for it: PromQL over a :class:`Scope`."""

from litellm_monitoring.signals.asking.matchers import Choice, Matcher, Operator, Variable
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.asking.workload import Workload
from litellm_monitoring.signals.catalogue.promised import Objective, Speed

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
