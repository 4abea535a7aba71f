"""What follows from settings: everything that a stack has in Grafana, as plain values."""
