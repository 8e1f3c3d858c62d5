"""The demo's cast: plainly fictitious people of a fictitious town, and what they have done so far."""
