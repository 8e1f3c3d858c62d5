"""Signs badges and the list of what no longer holds, and looks after the key that does it.

The public half of each key is a row and stays for ever; the private half is the setting ISSUER_KEY or a file in
KEYS_DIR, named after the key. OPERATING.md says how to keep, change and lose it.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from . import addresses, document, tokens
from .checks import add_proof
from .document import BadgeFacts
from .errors import BadgeForgotten, KeyMissing, ListFull
from .models import IssuerKey, SignedCredential
from .queries import credential_of, current_key
from .states import SIZE

TRIES = 20


def signed(code: str, facts: BadgeFacts, *, at: datetime | None = None) -> SignedCredential:
    """The badge of this code, signed now if it was not before; asked again, the same bytes whatever the facts are now.

    Raises KeyMissing, TermsLost, ListFull, BadgeForgotten. Several may ask at once: the first one's stands.
    """
    found = _standing(code)
    if found is not None:
        return found
    at = at or timezone.now()
    key, seed = signing_key(at=at)
    for _try in range(TRIES):
        index = secrets.randbelow(SIZE)
        bare = document.build(code, facts, status_index=index)
        text = document.as_text(add_proof(bare, seed=seed, method=addresses.method(key.key_id), at=at))
        try:
            with transaction.atomic():
                return SignedCredential.objects.create(
                    code=code, credential=text, key=key, status_index=index, made_at=at
                )
        except IntegrityError:
            # Somebody else was quicker with this badge, or the place in the list is taken.
            found = _standing(code)
            if found is not None:
                return found
    raise ListFull("no free place in the status list was found")


def _standing(code: str) -> SignedCredential | None:
    found = credential_of(code)
    if found is not None and not found.credential:
        raise BadgeForgotten(f"the badge {code} has been erased")
    return found


def forget(codes: Iterable[str]) -> None:
    """Erase what badges say about their holders. The rows stay: no place in the status list is given twice."""
    SignedCredential.objects.filter(code__in=list(codes)).update(credential="")


def status_list(revoked: Iterable[int], *, at: datetime) -> str:
    """The signed list in which these places are set. Raises KeyMissing."""
    key, seed = signing_key(at=at)
    bare = document.status_list(revoked, at=at)
    return document.as_text(add_proof(bare, seed=seed, method=addresses.method(key.key_id), at=at))


# -- the key ----------------------------------------------------------------------------------------------------------
def signing_key(*, at: datetime) -> tuple[IssuerKey, bytes]:
    """The key that signs and its secret, made on first need. Raises KeyMissing, with a sentence for the operator."""
    key = current_key() or _make(at=at)
    return key, _seed_of(key)


@transaction.atomic
def rotate(*, at: datetime) -> tuple[IssuerKey | None, IssuerKey]:
    """Retire the key that signs and begin with a new one: the retired one and the new one. Raises KeyMissing.

    With ISSUER_KEY the new one must stand there already. What was signed so far goes on being valid.
    """
    old = IssuerKey.objects.select_for_update().filter(retired_at=None).first()
    if settings.ISSUER_KEY:
        public = tokens.public_of(_setting())
        if IssuerKey.objects.filter(public_multibase=public).exists():
            raise KeyMissing("ISSUER_KEY holds a key that has signed already: put a new one there first")
    if old is not None:
        old.retired_at = at
        old.save(update_fields=["retired_at"])
    return old, _make(at=at)


def _make(*, at: datetime) -> IssuerKey:
    """A new key, or the one that somebody else made in the same moment."""
    names = (f"key-{at:%Y-%m}" + (f"-{number}" if number > 1 else "") for number in count(1))
    key_id = next(name for name in names if not IssuerKey.objects.filter(key_id=name).exists())
    seed = _setting() if settings.ISSUER_KEY else _file_seed(key_id)
    try:
        with transaction.atomic():
            return IssuerKey.objects.create(key_id=key_id, public_multibase=tokens.public_of(seed), made_at=at)
    except IntegrityError:
        key = current_key()
        if key is None:
            raise KeyMissing("ISSUER_KEY holds a key that is retired: put a new one there") from None
        return key


def _seed_of(key: IssuerKey) -> bytes:
    path = file_of(key.key_id)
    if settings.ISSUER_KEY:
        seed, where = _setting(), "ISSUER_KEY"
    elif path.exists():
        seed, where = _read(path), str(path)
    else:
        raise KeyMissing(
            f"{key.key_id} signs badges, but its private half is not here: neither ISSUER_KEY nor {path}. "
            "Bring it back, or begin with a new key: manage.py rotate_issuer_key"
        )
    if tokens.public_of(seed) != key.public_multibase:
        raise KeyMissing(
            f"{where} is not the private half of {key.key_id}, which signs badges. "
            "Bring that one back, or begin with a new key: manage.py rotate_issuer_key"
        )
    return seed


def _setting() -> bytes:
    try:
        return tokens.read_seed(settings.ISSUER_KEY)
    except ValueError as error:
        raise KeyMissing(f"ISSUER_KEY is no private key: {error}") from error


def file_of(key_id: str) -> Path:
    """Where the private half of a key lies, unless ISSUER_KEY holds it."""
    return Path(settings.KEYS_DIR) / f"{key_id}.key"


def _file_seed(key_id: str) -> bytes:
    """The secret in the key's file; the file is made, whole and at once, by whichever process is first.

    It may be there without a row: whoever made it may not have committed yet, or never.
    """
    path = file_of(key_id)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # readable by its owner alone
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(tokens.write_seed(secrets.token_bytes(tokens.SEED_LENGTH)) + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(name, path)
        except FileExistsError:
            pass  # somebody else's stands
        finally:
            Path(name).unlink()
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        return tokens.read_seed(path.read_text("ascii"))
    except (OSError, ValueError) as error:
        raise KeyMissing(f"{path} holds no private key, or it cannot be read: {error}") from error
