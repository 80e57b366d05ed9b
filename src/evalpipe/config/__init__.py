"""The plan: one YAML file per study, read into frozen models; unknown keys are refused."""
