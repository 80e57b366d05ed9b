"""Formatting, tables, figures and documents; reads tidy tables, never fits a model."""
