"""What LiteLLM measures and how to ask for it: PromQL over a :class:`Scope`."""

from signals.query import Query
from signals.scope import Matcher, Operator, Scope, Variable

__all__ = ["Matcher", "Operator", "Query", "Scope", "Variable"]
