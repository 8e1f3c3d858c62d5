"""Dates of workshops, and who has a seat."""
