"""What can go wrong with a certificate."""


class CertificateError(Exception):
    """Something about a certificate cannot be done; the text says why."""


class NotCompleted(CertificateError):
    """A certificate was asked for a course that is not completed."""


class NotValid(CertificateError):
    """A certificate that is not valid (any more) was to be changed or printed."""


class DocumentRefused(CertificateError):
    """The sheet cannot be drawn: a sign that no font has, or more text than one sheet holds."""


class TemplateFileRefused(CertificateError):
    """A file with a template is not taken; `reason` says why, lazily translated."""

    def __init__(self, reason: object) -> None:
        super().__init__(str(reason))
        self.reason = reason


class AskedAlready(CertificateError):
    """A correction of this certificate was asked for and nobody has decided yet."""
