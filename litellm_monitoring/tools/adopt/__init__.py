"""Taking over what somebody has made in a Grafana by hand."""
