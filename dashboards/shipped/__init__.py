"""The dashboard that LiteLLM ships, repaired."""
