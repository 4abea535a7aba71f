"""What there is to ask for: LiteLLM's metrics, their labels, and what is recorded of them."""
