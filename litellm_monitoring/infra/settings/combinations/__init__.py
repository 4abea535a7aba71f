"""Which settings go with which."""
