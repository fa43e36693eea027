"""The acts on an import: taken in, read, checked, loaded, undone."""
