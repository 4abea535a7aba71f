"""``python -m tools catalogue``: what a LiteLLM measures, asked of that LiteLLM itself."""
