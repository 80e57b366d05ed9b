"""Estimation on arrays: NumPy and SciPy only, arrays in, frozen dataclasses out."""
