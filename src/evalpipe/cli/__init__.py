"""The command line: one thin command for each stage, and the few that people type."""
