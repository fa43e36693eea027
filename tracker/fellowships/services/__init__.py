"""What is done to placements, schemes and hosts."""

from tracker.fellowships.services.reference import load_reference_data

__all__ = ["load_reference_data"]
