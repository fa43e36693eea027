"""Floor 5: the first strand – people on cohorts of programmes, from nomination to a data science role."""
