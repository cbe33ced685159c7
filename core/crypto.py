"""Encryption of columns: AES-GCM, bound to table, column and row, with a key that lies outside the database.

A sealed value is  version (1 byte) | key id (4 bytes) | nonce (12 bytes) | ciphertext and tag.
The key file holds one key a line, the newest first: older ones still open what they sealed.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import SettingsError

VERSION = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
DIGEST_BYTES = 16
HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES


class WrongSeal(Exception):  # noqa: N818  it names what was found
    """A sealed value was altered, moved to another row, or sealed with a key that is not here."""


class Vault:
    """Seals and opens values. `keys` are 32 bytes each, the one to seal with first."""

    def __init__(self, keys: list[bytes]) -> None:
        if not keys:
            raise SettingsError("data.key is empty: restore it, or BEKAL_DATA_KEY, from its copy.")
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._signing = {_key_id(key): hmac.digest(key, b"bekal signature", hashlib.sha256) for key in keys}
        self._newest = _key_id(keys[0])

    def seal(self, plain: bytes, *, place: str) -> bytes:
        """Encrypt `plain`; `place` names table, column and row, and is needed again to open it."""
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._ciphers[self._newest]
        return VERSION + self._newest + nonce + cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """Decrypt what `seal` gave for the same place; raise WrongSeal for anything else."""
        key_id, nonce = sealed[1 : 1 + KEY_ID_BYTES], sealed[1 + KEY_ID_BYTES : HEADER_BYTES]
        cipher = self._ciphers.get(key_id)
        if sealed[:1] != VERSION or cipher is None or len(sealed) < HEADER_BYTES + TAG_BYTES:
            raise WrongSeal(place)
        try:
            return cipher.decrypt(nonce, sealed[HEADER_BYTES:], place.encode())
        except InvalidTag:
            raise WrongSeal(place) from None

    def sign(self, message: bytes, *, place: str) -> str:
        """Return an HMAC-SHA256 of `message`, as "key id:hex"; `place` names what is signed, as in `seal`."""
        return f"{self._newest.hex()}:{self._digest(self._newest, message, place)}"

    def has_signed(self, signature: str, message: bytes, *, place: str) -> bool:
        """Tell whether `signature` is what `sign` gave, under any key that is here, for this message and place."""
        key_id, _, digest = signature.partition(":")
        known = next((known for known in self._signing if known.hex() == key_id), None)
        return known is not None and hmac.compare_digest(self._digest(known, message, place), digest)

    def digests(self, message: bytes, *, place: str) -> list[bytes]:
        """Return keyed digests of `message` to look it up by: DIGEST_BYTES each, one a key, the newest first."""
        return [bytes.fromhex(self._digest(key_id, message, place))[:DIGEST_BYTES] for key_id in self._signing]

    def _digest(self, key_id: bytes, message: bytes, place: str) -> str:
        return hmac.new(self._signing[key_id], place.encode() + b"\0" + message, hashlib.sha256).hexdigest()


def new_key() -> str:
    """Make a fresh key, as the text that a key file or BEKAL_DATA_KEY holds."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def load_vault(setting: str | None, key_file: Path, *, may_make: bool = True) -> Vault:
    """Open the vault with BEKAL_DATA_KEY (keys parted by commas), else with the key file.

    The file is made where there is none and `may_make`; else, and for a key of another shape, SettingsError is raised.
    """
    if setting:
        return Vault([_decoded(key, "BEKAL_DATA_KEY") for key in setting.split(",")])
    if not key_file.exists():
        if not may_make:
            raise SettingsError(f"{key_file} is gone, and this database was sealed with it: restore it from its copy.")
        _write_key_file(key_file)
    return Vault([_decoded(line, str(key_file)) for line in key_file.read_text().split()])


def _write_key_file(key_file: Path) -> None:
    """Write a new key so that a power cut leaves either the whole file or none."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = key_file.with_suffix(f".{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(new_key() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, key_file)  # fails if another process was quicker: its key stays
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def _decoded(text: str, place: str) -> bytes:
    """Read 32 bytes in base64url, with or without the = at the end."""
    stripped = text.strip().rstrip("=")
    try:
        key = base64.b64decode(stripped + "=" * (-len(stripped) % 4), altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(
            f"{place} must hold 32 bytes in base64url, for instance from: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return key


def _key_id(key: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"bekal key id" + key)
    return digest.finalize()[:KEY_ID_BYTES]
