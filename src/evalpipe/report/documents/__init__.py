"""One document model and its three writers: HTML, Word and PDF."""
