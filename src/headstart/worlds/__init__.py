"""Environments as recipes, and rollouts in them."""
