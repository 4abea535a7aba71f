"""What is asked about requests: how many, how fast, which fail, and what serves them."""
