"""A profile becomes candidates and refusals, each with its reason."""
