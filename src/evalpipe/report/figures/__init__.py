"""Drawings: a tidy frame in, SVG and PNG bytes out, with alt text that says the finding."""
