"""LiteLLM's monitoring in Grafana, as the stack's configuration says."""

from pathlib import Path

import pulumi
from litellm_monitoring import stack_monitoring


async def main() -> pulumi.Inputs:
    """Declares everything, and returns the stack's outputs."""
    outputs = await stack_monitoring(Path(__file__).parent)
    # Resources of your own can follow, such as a dashboard in the folder outputs["folderUid"].
    return outputs


pulumi.run(main)
