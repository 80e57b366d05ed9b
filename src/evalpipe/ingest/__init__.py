"""Raw files in, canonical tables out."""
