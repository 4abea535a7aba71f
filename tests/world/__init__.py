"""A simulated LiteLLM fleet with a ledger: what every count and every alert is tested against."""
