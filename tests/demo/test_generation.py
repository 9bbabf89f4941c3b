"""The whole: the same from the same seed in any process, within its time, and without the web framework."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from fugong.demo import town

from .conftest import SEED, make_town

ROOT = Path(__file__).resolve().parents[2]
RUN = f"""
import sys
sys.path.insert(0, "tests")
from demo.test_generation import digest
print(digest({SEED}))
print(any(name.split(".")[0] == "django" for name in sys.modules))
"""


def digest(seed: int) -> str:
    """A fingerprint of everything the generator makes."""
    made = make_town(seed)
    book, truth = town.ledger_workbook(made.layout, made.enterprises, seed)
    text, _ = town.ledger_csv_gb18030(made.layout, made.enterprises, seed)
    seen = repr((made.layout, made.enterprises, made.officers, made.history, truth)).encode()
    return hashlib.sha256(seen + book + text).hexdigest()


def test_same_seed_same_town_in_another_process():
    """Another hash seed shuffles sets of text, which must not show."""
    found = subprocess.run(
        [sys.executable, "-B", "-c", RUN],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=120,
    ).stdout.split()
    assert found[0] == digest(SEED)
    assert found[1] == "False", "the generator is plain Python: it must not need Django"
