"""How much of a file is read before it is refused. Imported by the child: standard library only."""

from dataclasses import asdict, dataclass

MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds of one file; sizes in bytes, times in seconds. Far above any ledger, far below any bomb."""

    file: int = 30 * MB
    unpacked: int = 400 * MB  # of all parts of an xlsx together
    ratio: int = 120  # a part over 20 MB that unpacks to more than this many times its size
    parts: int = 1000
    sheets: int = 50
    rows: int = 200_000  # of one sheet, counted to the last cell that holds something
    columns: int = 300
    cells: int = 8_000_000  # rows x columns of one sheet: what a reader must hold at once
    text: int = 32_767  # characters of one cell, the limit of the xlsx format
    memory: int = 1024 * MB  # address space of the child
    cpu: int = 30
    wall: float = 60.0
    answer: int = 256 * MB  # what the child may write back

    def as_dict(self) -> dict[str, int | float]:
        return asdict(self)


LIMITS = Limits()
