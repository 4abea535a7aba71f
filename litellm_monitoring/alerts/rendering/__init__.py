"""Alerts as rules of Grafana and of Prometheus, and as runbooks."""
