"""Atomic commit of folders and files, append-only records, checksums."""
