"""evalpipe: the research data pipeline for intervention evaluation studies."""

__version__ = "0.1.0"
