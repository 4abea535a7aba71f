"""How one asks: a scope, and the forms of PromQL that it makes."""
