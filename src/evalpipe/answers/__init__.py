"""Which rows of the results answer which question; typed rows of the result tables."""
