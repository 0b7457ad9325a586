"""Data and task become facts and traps."""
