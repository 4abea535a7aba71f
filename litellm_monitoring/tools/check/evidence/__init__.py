"""What is asked, and what a Prometheus or a metrics page tells."""
