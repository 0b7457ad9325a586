"""Shipped: tiny data and worlds, and the checks every family must pass."""
