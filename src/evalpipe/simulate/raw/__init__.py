"""Tables of a synthetic study as the raw files that its plan declares."""
