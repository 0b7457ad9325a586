"""What the race's choice costs on real tables, beside everything trained to its end."""
