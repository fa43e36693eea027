"""The pages of programmes, cohorts and enrolling."""
