"""Checks of generated code: against exact arithmetic, autograd, named references, and itself in other modes."""
