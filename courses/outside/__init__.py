"""Training from elsewhere: learners report it with evidence, somebody who knows their work accepts or refuses it."""
