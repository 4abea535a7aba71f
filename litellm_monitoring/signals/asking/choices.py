"""What people can choose on a dashboard, besides which proxies."""

from litellm_monitoring.signals.asking.matchers import Choice, Variable

MODEL_GROUP = Choice(Variable("model_group"), ("requested_model", "model_group"))
TEAM = Choice(Variable("team"), ("team_alias",))
KEY = Choice(Variable("key"), ("api_key_alias",))

INTERVAL = Variable("interval")
"""How long a bar of a graph is."""
