"""What a release consists of, and what must be so before there is one: ``make release``."""
