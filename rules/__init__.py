"""What law and city have decided: pure functions over plain values and dated tables."""
