"""What surrounds the panels of a dashboard: its variables, its links, its JSON model."""
