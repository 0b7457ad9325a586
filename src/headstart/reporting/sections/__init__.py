"""The parts of the page as values: what each shows, in the order in which it shows it.

A part that a run does not have (no confusion matrix in a regression, no rows in a world) is None or
empty, and the page leaves it out. Long lists are cut and say how much is hidden.
"""
