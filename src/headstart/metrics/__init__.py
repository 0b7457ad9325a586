"""(truth, prediction) -> number; direction and range known"""
