"""Several hypotheses at once: graphs of hypotheses, adjusted p-values, simultaneous intervals."""
