"""What the ground listens to. Imported once, when the app is ready."""

from __future__ import annotations

from django.contrib.auth.signals import user_logged_in

from .web import parking

user_logged_in.connect(parking.note_sign_in, dispatch_uid="academy.web.parking")
