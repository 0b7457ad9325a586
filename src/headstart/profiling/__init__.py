"""Data + Task -> Profile: facts and traps, measured before anything is trained."""

from headstart.profiling.survey import profile as profile
