"""Dashboards and rules of others, held against LiteLLM's metrics."""
