"""Writes of certificates: issue, draw, renew, correct, take back. What a certificate says is never changed."""

from .badges import badge_of
from .changing import REPLACED, REVOKED, WITHDRAWN, forget, replace, revoke, revoke_participation, withdraw
from .corrections import ASKED, DECLINED, ask_for_correction, correct, decline, forget_corrections
from .files import pdf_file, render
from .issuing import RENDER, issue, issue_all, issue_participation, standing_participation
from .reminding import remind

__all__ = [
    "ASKED", "DECLINED", "RENDER", "REPLACED", "REVOKED", "WITHDRAWN", "ask_for_correction", "badge_of", "correct",
    "decline", "forget", "forget_corrections", "issue", "issue_all", "issue_participation", "pdf_file", "remind",
    "render", "replace", "revoke", "revoke_participation", "standing_participation", "withdraw",
]  # fmt: skip
