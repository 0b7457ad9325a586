"""One function per verb: what the command line, Python and the estimators all call."""
