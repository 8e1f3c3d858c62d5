"""Every write of booking."""
