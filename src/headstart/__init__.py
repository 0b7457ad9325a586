"""Which deep model to start with on your data, from which weights, and how to train it."""
