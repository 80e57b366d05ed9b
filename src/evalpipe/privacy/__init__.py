"""The gate: nothing identifying gets in, nothing disclosive gets out, nothing hostile runs."""
