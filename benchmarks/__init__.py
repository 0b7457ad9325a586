"""Numbers about Headstart: beside its peers on real tables, its speed, how it keeps a budget."""
