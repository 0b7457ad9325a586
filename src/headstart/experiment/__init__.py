"""Who gets the next minute: race, draws, journal, workers."""
