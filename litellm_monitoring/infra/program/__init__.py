"""What talks to Pulumi, and to Grafana before it."""
