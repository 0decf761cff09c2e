"""Real arithmetic for z3: claims about polynomials, cases and roots as formulas, and what z3 is asked about them."""
