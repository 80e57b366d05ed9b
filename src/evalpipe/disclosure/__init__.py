"""The boundary: what may leave a study, as tables and as decisions."""
