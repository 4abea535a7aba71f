"""What is asked about the proxy itself: its pods, its services, its background jobs."""
