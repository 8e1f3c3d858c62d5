"""Mails about courses; what they say stands in templates/email/enrolments (academy.mail.rules.notify)."""

COURSE_OPEN = "enrolments/course_open"
