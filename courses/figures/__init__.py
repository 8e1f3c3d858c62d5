"""Figures about groups, drawn so that nobody can be picked out of them."""
