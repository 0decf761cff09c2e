"""Linear programs over the rationals: a solver in floating point proposes, exact arithmetic decides."""
