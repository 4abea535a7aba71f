"""What the provider keeps in a directory, a kind of resource each."""
