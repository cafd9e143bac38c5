"""Rows in, rows out: loaders, reads, deeds."""
