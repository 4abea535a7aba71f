"""What is asked about money and limits, and who uses LiteLLM."""
