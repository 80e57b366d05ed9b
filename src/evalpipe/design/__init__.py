"""Who took part, what was delivered, what is missing, and which rows an analysis uses."""
