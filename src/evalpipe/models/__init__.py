"""From a declared model to named numbers: design matrices, fits, marginal means, rows of
`estimates`.
"""
