"""What measures of information mean: exact finite distributions, entropies in joint-entropy coordinates, atoms."""
