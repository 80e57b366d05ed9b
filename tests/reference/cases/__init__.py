"""Golden cases: their designs, fits, and comparisons of every number with the other program's."""
