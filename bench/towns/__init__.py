"""The bench's towns: as many families as wanted, the same ones each time, in the real tables."""
