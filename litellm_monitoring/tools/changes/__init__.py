"""What a change means: of a dashboard's JSON, of a step of the engine."""
