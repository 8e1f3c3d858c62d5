"""By what a course or path is completed: rules that editors compose, resolved to items, versioned, put into words."""
