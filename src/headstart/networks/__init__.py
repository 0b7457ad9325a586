"""Torch modules, one architecture a file: shapes and arithmetic only."""
