"""Photos from visits: what decodes as a picture is kept, newly encoded, without place data or a hidden tail."""

from __future__ import annotations

import hashlib
import io
import os
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from fugong.core.sweeping import remove_unknown

LARGEST = 12 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 82


class NotAPhoto(ValueError):
    """The file is no picture that may be kept; the text is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Photo:
    """A picture fit to be kept: JPEG bytes, its size in pixels, the question it answers."""

    content: bytes
    width: int
    height: int
    question: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def photo_from(raw: bytes, question: str = "") -> Photo:
    """Decode a JPEG, PNG or WebP of at most 12 MB and 50 million pixels and encode its pixels alone as JPEG.

    The long side is at most 1,600 pixels afterwards. Raises `NotAPhoto`.
    """
    if len(raw) > LARGEST:
        raise NotAPhoto(_("The photo is larger than 12 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = _decoded(raw)
    except NotAPhoto:
        raise
    except Exception as error:  # a decoder may fail in any way on bytes from a stranger
        raise NotAPhoto(_("This file is not a photo (JPEG, PNG or WebP).")) from error
    # A new image of the pixels alone has no EXIF, no comments and no tail.
    clean = Image.frombytes("RGB", picture.size, picture.tobytes())
    buffer = io.BytesIO()
    clean.save(buffer, "JPEG", quality=QUALITY)
    return Photo(buffer.getvalue(), clean.width, clean.height, question[:60])


def _decoded(raw: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(raw), formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise NotAPhoto(_("The photo has more than 50 million pixels."))
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return upright


def place_of(stored_as: str) -> Path:
    """Where a kept photo lies."""
    return Path(settings.UPLOADS_DIR) / "visits" / stored_as[:2] / stored_as


def sweep(kept: Collection[str], at: datetime) -> int:
    """Delete files that are no photo's: a rolled back visit leaves them behind. `kept` are the names in the rows."""
    return remove_unknown(Path(settings.UPLOADS_DIR) / "visits", kept, at)


def store(photo: Photo) -> str:
    """Put the bytes on the disk under a random name and return it; the caller's row makes it a photo."""
    name = f"{uuid4().hex}.jpg"
    path = place_of(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as file:
        file.write(photo.content)
        file.flush()
        os.fsync(file.fileno())
    return name
