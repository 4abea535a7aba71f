"""``python -m tools check``: why a panel is empty, asked of a person's own Prometheus."""
