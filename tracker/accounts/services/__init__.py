"""What the accounts slice does. Others need these; what only its own pages need stands in the files."""

from tracker.accounts.services.users import create_user, give_role, mark_demonstration, take_role

__all__ = ["create_user", "give_role", "mark_demonstration", "take_role"]
