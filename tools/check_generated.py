"""Generated pages of docs/reference are as the code makes them now: makes them again and compares.

Usage: python tools/check_generated.py [--write]. The generator is `fugong docs <folder>`; a page that differs
or is missing is named.
"""

import filecmp
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "docs" / "reference"


def generate(folder: Path) -> None:
    """Have the product write its reference pages into the folder."""
    subprocess.run([sys.executable, "-m", "fugong", "docs", str(folder)], cwd=ROOT, check=True)


def differences(made: Path) -> list[str]:
    """One sentence per page that differs between the folder just made and the one kept."""
    found = []
    for path in sorted(made.rglob("*")):
        if not path.is_file():
            continue
        kept = KEPT / path.relative_to(made)
        if not kept.exists():
            found.append(f"docs/reference/{path.relative_to(made)} is missing")
        elif not filecmp.cmp(path, kept, shallow=False):
            found.append(f"docs/reference/{path.relative_to(made)} is not what the code says now")
    return found


def main() -> int:
    if "--write" in sys.argv:
        KEPT.mkdir(parents=True, exist_ok=True)
        generate(KEPT)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        generate(Path(scratch))
        found = differences(Path(scratch))
    for problem in found:
        print(problem)
    if found:
        print("Run `make docs` and look at the difference.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
