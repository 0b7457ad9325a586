"""Headstart beside its peers on the same rows of real tables."""
