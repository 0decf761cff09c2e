"""The program as a graph: one named operation per node, with ordered axes; what every rewrite and emitter works on."""
