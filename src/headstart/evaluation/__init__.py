"""Predictions become scores, intervals and calibration; trials become a verdict."""
