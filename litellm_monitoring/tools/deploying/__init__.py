"""Runs of the engine: up, preview, refresh, drift and destroy."""
