"""From a graph to loops: which operations run together, over which axes, and what is kept in memory between them."""
