"""What a completion rule is made of: parts, all of them, any so many of them. It knows no course and no learner."""
