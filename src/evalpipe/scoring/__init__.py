"""Items to scales, scales to T-scores and cut-offs, and how reliable the scales are."""
