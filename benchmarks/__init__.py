"""Numbers about Headstart: on real tables beside its peers, its speed, and how it keeps a budget."""
