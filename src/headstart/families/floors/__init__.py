"""Families that are not deep and are always in the race: what anything deep must beat."""
