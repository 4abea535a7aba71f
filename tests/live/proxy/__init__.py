"""A LiteLLM proxy with a provider behind it and traffic through it."""
