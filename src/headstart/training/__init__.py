"""The gradient loop and its parts; only gradient families import it."""
