"""Columns become matrices, and frozen encoders become embeddings, computed once."""
