"""Reads of dates and bookings."""
