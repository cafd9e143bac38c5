"""The floor: REST written by hand, with the same permissions, the same access log and nothing in between."""
