"""``python -m tools litellm-settings``: what LiteLLM must expose for what a stack deploys."""
