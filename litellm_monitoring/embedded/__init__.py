"""A Grafana that is a directory: its provisioning layout, and a Pulumi provider that keeps it."""
