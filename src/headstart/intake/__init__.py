"""Files, folders and frames become a Table; splits and holdouts; rejected rows."""
