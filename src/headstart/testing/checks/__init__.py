"""The claims of the suite, one file for each group, each a function named as the claim."""
