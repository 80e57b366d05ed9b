"""Synthetic studies with a known truth, made from a plan; power and recovery of its analyses."""

from evalpipe.simulate.raw_files import simulate_study
from evalpipe.simulate.study import simulate_tables

__all__ = ["simulate_study", "simulate_tables"]
