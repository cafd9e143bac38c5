"""The demo town: made from a seed, with a cast of callers whose names never change."""
