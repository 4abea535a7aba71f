"""From what a person sets to what Grafana holds."""
