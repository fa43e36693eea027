"""Floor 8: pages that need several strands, or a strand and a figure: people, a person, an enrolment."""
