"""Small scripts and data that the speed measurements use."""
