"""Finds instances in a folder and what is known about them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from instance import ROUNDING_OF_CLASS, Source, UnknownFormat, as_vrplib, read_text

ENDINGS = (".vrp", ".txt", ".vrp.gz", ".txt.gz")

# How many of the integers in which costs are counted make one unit of the file. HFVRP: the rounding's 1,000, and
# cost factors that the public files state times 100.
UNITS_PER_NATURAL = {"hfvrp": 100_000, "mdvrptw": 1000, "mtvrptwr": 10, "pcvrptw": 10, "vrptw": 10}


@dataclass(frozen=True)
class Entry:
    """An instance that is to be solved."""

    name: str
    class_name: str
    # What our solver reads: the file itself, or a decompressed copy.
    path: Path
    # The same in VRPLIB's format, for peers.
    vrplib: Path
    # The least cost that is known, in the integers that costs are counted in.
    best_known: int | None

    @property
    def rounding(self) -> str:
        """How peers round its numbers."""
        return ROUNDING_OF_CLASS[self.class_name]


def instances_in(folder: Path, copies: Path) -> tuple[list[Entry], list[str]]:
    """All instances below a folder, and what is wrong with files that look like one.

    Copies that are needed are written to `copies`.
    """
    entries, complaints = [], []
    for path in sorted(path for path in folder.rglob("*") if path.name.endswith(ENDINGS)):
        try:
            entries.append(entry_of(path, copies))
        except (UnknownFormat, OSError) as error:
            complaints.append(f"{path}: {error}")
    return entries, complaints


def entry_of(path: Path, copies: Path) -> Entry:
    """Understands one file as far as is needed to choose how to run it."""
    text = read_text(path)
    translated = as_vrplib(text)
    class_name = Source.of_text(translated).class_name()
    name = re.sub(r"\.(vrp|txt)(\.gz)?$", "", path.name)
    plain = vrplib = path
    # Files of one name may lie in several folders.
    folder = copies / str(len(list(copies.iterdir())))
    if path.suffix == ".gz":
        folder.mkdir()
        plain = vrplib = folder / path.name.removesuffix(".gz")
        plain.write_text(text)
    if translated != text:
        folder.mkdir(exist_ok=True)
        vrplib = folder / f"{name}.vrp"
        vrplib.write_text(translated)
    return Entry(name, class_name, plain, vrplib, best_known(path, name, class_name))


def best_known(path: Path, name: str, class_name: str) -> int | None:
    """From `bks.csv` in the folder or its parent, else from the `.sol` file beside the instance."""
    for table in (path.parent / "bks.csv", path.parent.parent / "bks.csv"):
        if table.is_file():
            cost = cost_in_table(table, name, class_name)
            if cost is not None:
                return cost
    solution = path.parent / f"{name}.sol"
    return cost_in_solution(solution, class_name) if solution.is_file() else None


def cost_in_table(table: Path, name: str, class_name: str) -> int | None:
    """The cost in the row of this class and name, else in the only row of this name."""
    with table.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["instance"] == name]
    rows = [row for row in rows if row["class"].lower() == class_name] or rows
    return int(Decimal(rows[0]["bks_cost_in_solver_units"])) if len(rows) == 1 else None


def cost_in_solution(solution: Path, class_name: str) -> int | None:
    """The cost that a `.sol` file states: in natural units if it has decimals, else as it is."""
    found = re.search(r"^\s*Cost\s*:?\s*([0-9.]+)", solution.read_text(), re.MULTILINE | re.IGNORECASE)
    if found is None:
        return None
    scale = UNITS_PER_NATURAL.get(class_name, 1) if "." in found[1] else 1
    return int(Decimal(found[1]) * scale)
