"""The server's signature under a certificate: Ed25519, made with a key beside the keyring. Nothing is kept of what was
signed, so nothing can be looked up, and a proof outlives its group."""

from __future__ import annotations

import base64
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rooms.trajectory import proof
from rooms.trajectory.proof import Certificate
from server.database import StoreError
from server.identity import ALPHABET
from server.keys import Keys

MARK = "KRING1."  # what a signed text begins with, wherever it stands: in a link, a file or a letter
KEY, SIGNATURE = 8, 64  # bytes before what is signed: which key, and the signature
LONGEST = 6_000  # characters of a signed text: no certificate comes near
_TEXT = re.compile(rf"{re.escape(MARK)}([A-Z2-7]{{150,{LONGEST}}})(?![A-Z2-7])", re.IGNORECASE)


class NoProof(Exception):
    """There is no signed text in this."""


class OtherKey(Exception):
    """It says that another key signed it: of another server, or of this one before it had this key."""


class Changed(Exception):
    """What it says is not what was signed."""


class Signer:
    """Signs with the one key that all processes of a server share, and reads what was signed with it."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._key: Ed25519PrivateKey | None = None

    async def key(self) -> Ed25519PrivateKey:
        """The key, made at its first use; raises StoreError when the keyring cannot be used."""
        if self._key is None:
            try:
                self._key = Ed25519PrivateKey.from_private_bytes(await self._keys.signing())
            except OSError:
                raise StoreError from None
        return self._key

    async def public(self) -> Ed25519PublicKey:
        """What anybody may have, to check without us."""
        return (await self.key()).public_key()

    async def signed(self, said: Certificate) -> str:
        """The certificate and its signature as one line of capitals and figures. Raises Refused and StoreError."""
        key, body = await self.key(), proof.payload(proof.certificate(said))
        return MARK + _spelled(key_id(key.public_key()) + key.sign(body) + body)

    async def read(self, text: str) -> Certificate:
        """The certificate in a text, if this server signed exactly that; raises NoProof, OtherKey, Changed."""
        public, wrong = await self.public(), Exception()
        for symbols in _found(text):
            try:
                return _checked(_unspelled(symbols), public)
            except (OtherKey, Changed) as no:
                wrong = no
        raise wrong


def code(said: Certificate) -> str:
    """The code of a certificate, to compare by eye."""
    return proof.code(proof.payload(said), ALPHABET)


def key_id(public: Ed25519PublicKey) -> bytes:
    """By which bytes a proof names its key."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:KEY]


def pem(public: Ed25519PublicKey) -> str:
    """The public key as other programs take it."""
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _checked(raw: bytes, public: Ed25519PublicKey) -> Certificate:
    own, signature, body = raw[:KEY], raw[KEY : KEY + SIGNATURE], raw[KEY + SIGNATURE :]
    if own != key_id(public):
        raise OtherKey
    try:
        public.verify(signature, body)
        return proof.read(body)
    except (InvalidSignature, ValueError):
        raise Changed from None


def _spelled(raw: bytes) -> str:
    """Base32: a QR code holds it in two thirds of the room, and no letter's case matters."""
    return base64.b32encode(raw).rstrip(b"=").decode()


def _found(text: str) -> list[str]:
    """What a text may hold: a link with words after it, or one that a letter broke into lines."""
    found = [m[1].upper() for t in (text, "".join(text.split())) if (m := _TEXT.search(t))]
    if not found:
        raise NoProof
    return list(dict.fromkeys(found))


def _unspelled(symbols: str) -> bytes:
    """The bytes; none that are spelled in another way, so that a text has one form. Raises Changed."""
    try:
        raw = base64.b32decode(symbols + "=" * (-len(symbols) % 8))
    except ValueError:
        raise Changed from None
    if _spelled(raw) != symbols:
        raise Changed
    return raw
