"""Measure the identifier gate; see `__main__`."""
