"""Open Badges 3.0: signed statements that other programs can check. Knows no learner and no certificate."""
