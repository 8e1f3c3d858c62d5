"""What answers requests: HTTP only."""
