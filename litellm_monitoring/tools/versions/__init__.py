"""Which versions of what we stand on are tested, and what came of it."""
