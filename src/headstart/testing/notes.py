"""The texts in the suite's tables; the vocabulary of its tiny encoder is made of their words."""

NOTES = ("light and dry", "heavy, wet", "left outside", "new")
