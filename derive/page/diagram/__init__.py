"""Information diagrams: statements about entropies drawn as regions of circles and ellipses."""
