"""What there is to ask for: LiteLLM's metrics, their labels, what is recorded of them and what is promised."""
