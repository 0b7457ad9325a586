"""`adjust --apply`: what is tried against a delivered model, and who replaces it.

`champion` is the delivered model with what stands around it, `inherited` its trials, taken over;
`remedies` makes actions into candidates (`variation`: on rows that differ), `hunting` searches
settings, `teams` names what may replace it. `contest` is the order of events: `screening` on the
first draws, `pairing` on the others, `field` says who is compared. `succession` delivers, `tally`
writes down what came of it, `payoffs` remembers which advice paid.
"""
