"""Sentences about the rows that answer a question, one file for each kind of claim."""
