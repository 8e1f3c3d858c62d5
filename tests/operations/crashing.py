"""Production settings in which a named point (academy/kernel/crash.py) kills the process; a lease may be shorter."""

import os
from datetime import timedelta

from academy.settings.production import *  # noqa: F403  a settings module extends another one this way

CRASH_AT = os.environ.get("CRASH_AT", "")
MAIL_LEASE = timedelta(seconds=float(os.environ["MAIL_LEASE"])) if "MAIL_LEASE" in os.environ else MAIL_LEASE  # noqa: F405  from production
