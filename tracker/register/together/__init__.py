"""One act for many people: chosen on a list, looked at before it is done, done in one unit of work."""
