"""What expressions mean: index notation, value ranges, exact numbers, normal form, trusted laws."""
