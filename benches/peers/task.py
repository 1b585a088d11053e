"""What a runner is asked to do and how it answers: the same for all peers.

A runner writes the JSON that `punctual solve --out` writes, without a cost: costs are recomputed, never believed.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

# What a runner exits with when its peer ended in time but has no solution to show.
NO_SOLUTION = 3

Route = dict[str, int | list[list[int]]]


@dataclass(frozen=True)
class Task:
    """One run of a peer."""

    instance: Path
    rounding: str
    seconds: float
    seed: int
    threads: int
    out: Path

    @staticmethod
    def of_command_line() -> Task:
        """Reads the task from the arguments of the program."""
        parser = argparse.ArgumentParser()
        parser.add_argument("instance", type=Path)
        parser.add_argument("--rounding", required=True)
        parser.add_argument("--seconds", type=float, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--threads", type=int, required=True)
        parser.add_argument("--out", type=Path, required=True)
        return Task(**vars(parser.parse_args()))

    def arguments(self) -> list[str]:
        """The arguments from which `of_command_line` makes this task again."""
        options = [("rounding", self.rounding), ("seconds", self.seconds), ("seed", self.seed)]
        options += [("threads", self.threads), ("out", self.out)]
        return [str(self.instance), *(word for key, value in options for word in (f"--{key}", str(value)))]

    def answer(self, routes: list[Route], seconds: float, iterations: int = 0) -> None:
        """Writes what was found, and how long the search itself took."""
        solution = {"routes": routes, "seconds": seconds, "iterations": iterations}
        self.out.write_text(json.dumps(solution))


def route(vehicle_type: int, depot: int, trips: list[list[int]]) -> Route:
    """One vehicle's work. Trips list location ids without depots."""
    return {"vehicle_type": vehicle_type, "start_depot": depot, "end_depot": depot, "trips": trips}
