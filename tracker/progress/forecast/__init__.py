"""The forecast of a headline figure: what the past says about the journeys under way, drawn many times."""
