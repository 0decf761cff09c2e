"""How sound and how strong the prover is, measured: see README.md in this folder."""
