"""What people write for themselves beside a lesson, and the lessons that they want to find again; for nobody else."""
