"""Runs that were made, kept as one JSON object per line, so that an interrupted comparison goes on."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple


class Key(NamedTuple):
    """What makes two runs the same: they are not repeated."""

    solver: str
    version: str
    class_name: str
    instance: str
    seconds: float
    seed: int
    threads: int


@dataclass(frozen=True)
class Run:
    """One run of one solver, judged by our checker."""

    solver: str
    version: str
    class_name: str
    instance: str
    # The budget.
    seconds: float
    seed: int
    threads: int
    # How long the search itself took, and the whole process with reading and building.
    search_seconds: float | None
    wall_seconds: float
    # In the integers that costs are counted in; nothing without a feasible solution.
    cost: int | None
    feasible: bool
    best_known: int | None
    iterations: int = 0
    routes: int = 0
    trips: int = 0
    violations: list[str] = field(default_factory=list)
    # Why there is no solution, if there is none.
    note: str = ""
    # Something broke: the run says nothing about the solver, and is tried again next time.
    is_broken: bool = False

    @property
    def key(self) -> Key:
        """What makes it the same as another run."""
        return Key(*(getattr(self, name) for name in Key._fields))


class Log:
    """All runs of a file. New ones are appended at once."""

    def __init__(self, path: Path) -> None:
        """Reads what was run before."""
        self.path = path
        self.runs: dict[Key, Run] = {}
        lines = path.read_text().splitlines() if path.exists() else []
        for number, line in enumerate(lines, 1):
            try:
                run = Run(**json.loads(line))
            except (TypeError, ValueError) as error:
                sys.exit(f"{path}, line {number} is not a run of this program: {error}")
            self.runs[run.key] = run

    def add(self, run: Run) -> None:
        """Keeps a run, in the file too unless it broke."""
        self.runs[run.key] = run
        if run.is_broken:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write(json.dumps(asdict(run)) + "\n")
