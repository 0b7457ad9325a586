"""The comparison of starts: what Headstart chooses beside everything that could be chosen."""
