"""Disposable children: run a function or parse a file with limits on time, memory and files."""
