"""The typed graph: guarded faces over rows, one noun a file."""
