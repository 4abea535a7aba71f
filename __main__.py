"""LiteLLM's monitoring in Grafana, as the stack's configuration says."""

from pathlib import Path

import pulumi

from litellm_monitoring.infra.program.stack import stack_monitoring

pulumi.run(lambda: stack_monitoring(Path(__file__).parent))
