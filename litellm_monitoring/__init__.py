"""LiteLLM's monitoring in Grafana, for Pulumi programs and from the command line."""
