"""One file for each kind of identifier that stands in cells."""
