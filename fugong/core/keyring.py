"""The keyring: one data key per campaign, wrapped by a master key, in a directory outside the database.

Layout of `settings.KEYRING_DIR` (mode 700, files 600):

* `master.json`: the master keys by id and which one is current; more than one only while keys are being
  rewrapped.
* `campaign-<id>.json`: the wrapped data key and the wrapped index key of a campaign, with the id of the data
  key.
* `audit.json`: the key of the chain of audit events.
* `campaign-<id>.destroyed`: the keys of this campaign were destroyed; nothing can be sealed for it any more.

A database (or its backup) without this directory holds nothing that can be read; destroying a key erases for
good, also in every backup ever made.
"""

import base64
import fcntl
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12  # bytes, as GCM wants it


class KeyMissing(Exception):
    """The key that sealed a value is not in the keyring: destroyed, or the keyring is another one."""


class WrongPlace(Exception):
    """A sealed value was altered, or stands in a column or campaign that it was not sealed for."""


@dataclass(frozen=True)
class CampaignKeys:
    """The keys of one campaign, unwrapped. `id` names the data key and is written into each sealed value."""

    id: str
    data: bytes
    index: bytes

    def derived(self, use: str, purpose: str) -> bytes:
        """A key of its own for each purpose, so that one purpose's key opens nothing else."""
        source = self.data if use == "seal" else self.index
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"{use}:{purpose}".encode()).derive(source)


_mutex = threading.RLock()
# By file: what stat() said when it was read, and the keys; a key that another process destroyed or rewrapped
# is noticed at the next use.
_read: dict[str, tuple[tuple[int, int], CampaignKeys]] = {}


def directory() -> Path:
    """The keyring directory, made at first use."""
    path = Path(settings.KEYRING_DIR)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keys_of(campaign_id: int, *, make: bool = False) -> CampaignKeys:
    """The keys of a campaign; with `make`, made when there are none yet. Raises KeyMissing."""
    path = f"{settings.KEYRING_DIR}/campaign-{campaign_id}.json"  # called for every value: pathlib is slow
    try:
        stat = os.stat(path)
    except FileNotFoundError:
        _read.pop(path, None)
        if not make:
            raise KeyMissing(f"The keyring has no key for campaign {campaign_id}.") from None
        with _alone():
            _make_keys(campaign_id)
        stat = os.stat(path)
    mark = (stat.st_mtime_ns, stat.st_ino)
    known = _read.get(path)
    if known is None or known[0] != mark:
        with _alone():
            known = _read[path] = (mark, _unwrapped(_load(path), campaign_id))
    return known[1]


def rotate_master() -> int:
    """Make a new master key, wrap every campaign's keys with it, drop the old one; returns how many.

    Sealed values stay as they are. Broken off in the middle, both master keys are kept: simply run it again.
    """
    with _alone():
        _, masters = _masters()
        new = _new_id()
        masters[new] = _text(secrets.token_bytes(32))
        _replace(_master_path(), {"current": new, "keys": masters})
        paths = sorted(directory().glob("campaign-*.json"))
        for path in paths:
            campaign_id = int(path.stem.removeprefix("campaign-"))
            _replace(path, _wrapped(_unwrapped(_load(path), campaign_id), campaign_id))
        _replace(_master_path(), {"current": new, "keys": {new: masters[new]}})
        return len(paths)


def destroy(campaign_id: int) -> dict[str, object]:
    """Destroy the keys of a campaign: what they sealed can never be read again, in no backup either.

    Returns what a certificate of erasure states. Raises KeyMissing when there is nothing to destroy.
    """
    with _alone():
        path = _path_of(campaign_id)
        if not path.exists():
            raise KeyMissing(f"The keyring has no key for campaign {campaign_id}.")
        key_id = _load(path)["id"]
        certificate = {"campaign": campaign_id, "key": key_id, "destroyed_at": datetime.now(UTC).isoformat()}
        _replace(_tombstone_of(campaign_id), certificate)
        _overwrite(path)
        path.unlink()
        _sync_directory()
        _read.pop(str(path), None)
        return certificate


def destroyed(campaign_id: int) -> dict[str, object]:
    """What the destruction of a campaign's keys left behind (campaign, key, destroyed_at); empty while they stand."""
    path = _tombstone_of(campaign_id)
    return dict(_load(path)) if path.exists() else {}


def secret(name: str) -> bytes:
    """A key of the installation itself (such as "audit"), made at first use; 32 bytes."""
    path = directory() / f"{name}.json"
    if not path.exists():
        with _alone():
            _create(path, {"key": _text(secrets.token_bytes(32))})
    return _bytes(_load(path)["key"])


def _path_of(campaign_id: int) -> Path:
    return Path(settings.KEYRING_DIR) / f"campaign-{int(campaign_id)}.json"


def _tombstone_of(campaign_id: int) -> Path:
    return directory() / f"campaign-{int(campaign_id)}.destroyed"


def _master_path() -> Path:
    return directory() / "master.json"


def _make_keys(campaign_id: int) -> None:
    if _tombstone_of(campaign_id).exists():
        raise KeyMissing(f"The keys of campaign {campaign_id} were destroyed; nothing can be sealed for it.")
    keys = CampaignKeys(_new_id(), secrets.token_bytes(32), secrets.token_bytes(32))
    _create(_path_of(campaign_id), _wrapped(keys, campaign_id))


def _wrapped(keys: CampaignKeys, campaign_id: int) -> dict[str, str]:
    master, masters = _masters()
    cipher = AESGCM(_bytes(masters[master]))
    return {
        "id": keys.id,
        "master": master,
        "data": _text(_sealed(cipher, keys.data, f"data:{campaign_id}:{keys.id}")),
        "index": _text(_sealed(cipher, keys.index, f"index:{campaign_id}:{keys.id}")),
    }


def _unwrapped(kept: dict[str, str], campaign_id: int) -> CampaignKeys:
    master = _masters()[1].get(kept["master"])
    if master is None:
        raise KeyMissing(f"The master key of campaign {campaign_id} is not in the keyring.")
    cipher = AESGCM(_bytes(master))
    try:
        return CampaignKeys(
            kept["id"],
            _opened(cipher, _bytes(kept["data"]), f"data:{campaign_id}:{kept['id']}"),
            _opened(cipher, _bytes(kept["index"]), f"index:{campaign_id}:{kept['id']}"),
        )
    except InvalidTag:
        raise KeyMissing(f"The key of campaign {campaign_id} does not belong to this keyring.") from None


def _masters() -> tuple[str, dict[str, str]]:
    """The id of the current master key, and all master keys; the first one is made here."""
    path = _master_path()
    if not path.exists():
        first = _new_id()
        _create(path, {"current": first, "keys": {first: _text(secrets.token_bytes(32))}})
    kept = json.loads(path.read_text())
    return kept["current"], kept["keys"]


@contextmanager
def _alone() -> Iterator[None]:
    """One thread of one process at a time makes, rewraps, destroys or reads key files."""
    with _mutex:
        descriptor = os.open(directory() / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _create(path: Path, content: object) -> None:
    """Write a new file whole and on the disk, or leave the one that is there."""
    draft = _draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_directory()


def _load(path: str | Path) -> dict[str, str]:
    kept: dict[str, str] = json.loads(Path(path).read_text())
    return kept


def _replace(path: Path, content: object) -> None:
    os.replace(_draft(path, content), path)
    _sync_directory()


def _draft(path: Path, content: object) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())


def _sync_directory() -> None:
    descriptor = os.open(directory(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sealed(cipher: AESGCM, clear: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + cipher.encrypt(nonce, clear, place.encode())


def _opened(cipher: AESGCM, sealed: bytes, place: str) -> bytes:
    return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())


def _new_id() -> str:
    return secrets.token_hex(4)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
