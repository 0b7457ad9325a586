"""Trials and verdict become the terminal, a page and a model card."""
