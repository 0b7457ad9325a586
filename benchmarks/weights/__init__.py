"""What weights that were taken over are worth, measured on real data."""
