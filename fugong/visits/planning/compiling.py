"""Compiles the inner loops of the planner with Numba where it is installed; else they run as plain Python.

Both ways give the same plan for the same seed and number of rounds: the loops hold whole numbers only. Compiled
code is kept in a folder named after the loops' sources (Numba itself looks at one file only, and would go on with
an old loop inside a new one): beside them, else in the user's cache folder, else in a private folder under the
system's temporary one. `NUMBA_CACHE_DIR` set before the first import names another place, and
`NUMBA_DISABLE_JIT=1` asks for plain Python.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

# The planner is slower without it, not other.
numba: Any = importlib.import_module("numba") if importlib.util.find_spec("numba") else None

Function = TypeVar("Function", bound=Callable[..., Any])

IS_COMPILED = numba is not None and not numba.config.DISABLE_JIT


def compiled(function: Function) -> Function:
    """The function compiled on its first call (and read from the cache later), or as it is."""
    if not IS_COMPILED:
        return function
    faster: Function = numba.njit(cache=True)(function)
    return faster


LOOPS = ("anneal", "board", "dice", "eject", "joint", "recreate", "ruin", "timing")


def sources_name(folder: Path) -> str:
    """A name that changes with the sources of the loops."""
    digest = hashlib.sha256()
    for name in LOOPS:
        digest.update((folder / f"{name}.py").read_bytes())
    return f"planning-{digest.hexdigest()[:16]}"


def cache_folder(beside: Path, home: Path, temporary: Path) -> Path:
    """The first of these places that can be written, for compiled code."""
    for parent in (beside / "__pycache__", home / ".cache" / "fugong"):
        try:
            parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(parent, os.W_OK):
            return parent
    return _private(temporary / f"fugong-compiled-{os.getuid()}")


def _private(folder: Path) -> Path:
    """A folder of this user only. Code is never read from one that somebody else made under its name."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid == os.getuid():
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="fugong-compiled-"))


def _prepare(beside: Path) -> None:
    if not numba.config.CACHE_DIR:
        folder = cache_folder(beside, Path.home(), Path(tempfile.gettempdir()))
        numba.config.CACHE_DIR = str(folder / sources_name(beside))


if IS_COMPILED:
    _prepare(Path(__file__).parent)
