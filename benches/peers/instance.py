"""A routing instance as peers need it: which class it is, how its numbers are rounded, what they are.

Understands VRPLIB's format with the sections of the public sets and Solomon's. Location ids count from 0 in file
order, depots first, as in public `.sol` files. Standard library only: runners import this inside peers' environments.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Number = int | float

# Which rounding turns the numbers of a class into the integers that its best known costs are stated in.
ROUNDING_OF_CLASS = {
    "cvrp": "round",
    "hfvrp": "exact",
    "mdvrptw": "exact",
    "mtvrptwr": "dimacs",
    "pcvrptw": "dimacs",
    "vrptw": "dimacs",
    "vrptw-matrix": "none",
}

# The names of PyVRP; `punctual` knows them too, except that whole numbers may as well be truncated.
ROUNDINGS: dict[str, Callable[[Number], int]] = {
    "round": round,
    "dimacs": lambda value: int(10 * value),
    "exact": lambda value: round(1000 * value),
    "none": int,
}


class UnknownFormat(Exception):
    """A file is not an instance, or one of a class that nobody here can express."""


@dataclass(frozen=True)
class VehicleType:
    """Vehicles that are interchangeable. Types are numbered in the order in which the file first has them."""

    depot: int
    capacity: int
    fixed_cost: int
    unit_distance_cost: int
    duration_max: int | None


@dataclass(frozen=True)
class Source:
    """A VRPLIB file taken apart, not yet understood."""

    header: dict[str, str]
    sections: dict[str, list[list[str]]]

    @staticmethod
    def of_text(text: str) -> Source:
        """Takes the text of a VRPLIB file apart."""
        header: dict[str, str] = {}
        sections: dict[str, list[list[str]]] = {}
        rows: list[list[str]] | None = None
        for line in map(str.strip, text.splitlines()):
            if not line or line == "EOF":
                continue
            if line.endswith("_SECTION"):
                rows = sections.setdefault(line.removesuffix("_SECTION"), [])
            elif rows is not None:
                rows.append(line.split())
            elif ":" in line:
                key, value = line.split(":", 1)
                header[key.strip()] = value.strip()
            else:
                raise UnknownFormat(f"{line[:40]!r} is neither `KEY : value` nor a section")
        return Source(header, sections)

    def class_name(self) -> str:
        """The class by its type and, because type names are used loosely, by its sections."""
        stated = self.header.get("TYPE", "").upper()
        if self.header.get("EDGE_WEIGHT_TYPE") == "EXPLICIT" and stated in ("VRPTW", "CVRPTW"):
            return "vrptw-matrix"
        if stated in ("VRPTW", "CVRPTW"):
            found = [name for section, name in CLASS_OF_SECTION.items() if section in self.sections]
            return found[0] if found else "vrptw"
        if stated.lower() in ROUNDING_OF_CLASS:
            return stated.lower()
        raise UnknownFormat(f"TYPE is {stated!r}, known are {', '.join(sorted(ROUNDING_OF_CLASS))}")


CLASS_OF_SECTION = {"PRIZE": "pcvrptw", "RELEASE_TIME": "mtvrptwr", "VEHICLES_DEPOT": "mdvrptw"}


def read_text(path: Path) -> str:
    """The text of a file that may be compressed."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", errors="replace") as file:
            return file.read()
    return path.read_text(errors="replace")


def as_vrplib(text: str) -> str:
    """The text in VRPLIB's format, translated if it is in Solomon's."""
    lines = [line.split() for line in text.splitlines()]
    heads = [index for index, words in enumerate(lines) if [word.upper() for word in words] == ["NUMBER", "CAPACITY"]]
    if not heads:
        return text
    vehicles, capacity = lines[heads[0] + 1]
    rows = [words for words in lines[heads[0] + 2 :] if len(words) == 7 and words[0].isdigit()]
    out = [f"NAME: {' '.join(lines[0])}", "TYPE: VRPTW", f"DIMENSION: {len(rows)}", f"VEHICLES: {vehicles}"]
    out += [f"CAPACITY: {capacity}", "EDGE_WEIGHT_TYPE: EUC_2D"]
    columns = {"NODE_COORD": (1, 2), "DEMAND": (3,), "TIME_WINDOW": (4, 5), "SERVICE_TIME": (6,)}
    for section, wanted in columns.items():
        out.append(f"{section}_SECTION")
        out += [f"{number}\t" + "\t".join(row[column] for column in wanted) for number, row in enumerate(rows, 1)]
    return "\n".join([*out, "DEPOT_SECTION", "1", "-1", "EOF", ""])


class Instance:
    """The numbers of an instance, as integers."""

    def __init__(self, source: Source) -> None:
        """Understands what a file says."""
        self.class_name = source.class_name()
        self.rounding = ROUNDING_OF_CLASS[self.class_name]
        self.locations = int(source.header["DIMENSION"])
        depots = [row[0] for row in source.sections.get("DEPOT", [["1"]]) if row[0] != "-1"]
        self.depots = len(depots)
        if sorted(map(int, depots)) != list(range(1, self.depots + 1)):
            raise UnknownFormat("depots are not the first locations")
        self._source = source
        self._round = ROUNDINGS[self.rounding]
        self.demands = [int(value) for value in self._column("DEMAND", 0)]
        self.prizes = self._rounded("PRIZE")
        self.service = self._service()
        self.windows = self._windows()
        self.vehicles = self._vehicles()
        self.vehicle_types = list(dict.fromkeys(self.vehicles))

    def matrix(self) -> list[list[int]]:
        """Lengths of all legs, which are their durations too; a row per origin."""
        weights = self._source.sections.get("EDGE_WEIGHT")
        if weights is not None:
            flat = [self._round(_number(word)) for row in weights for word in row]
            return [flat[start : start + self.locations] for start in range(0, len(flat), self.locations)]
        xs, ys = self._column("NODE_COORD", 0), self._column("NODE_COORD", 1)
        places = list(zip(xs, ys, strict=True))
        return [[self._round(math.sqrt((x - u) ** 2 + (y - v) ** 2)) for u, v in places] for x, y in places]

    def _column(self, section: str, column: int) -> list[Number]:
        """One value per location, in order of locations; zeros where the file has none."""
        values: list[Number] = [0] * self.locations
        for row in self._source.sections.get(section, []):
            values[int(row[0]) - 1] = _number(row[column + 1])
        return values

    def _rounded(self, section: str, column: int = 0) -> list[int]:
        return [self._round(value) for value in self._column(section, column)]

    def _service(self) -> list[int]:
        if "SERVICE_TIME" in self._source.sections:
            return self._rounded("SERVICE_TIME")
        uniform = self._round(_number(self._source.header.get("SERVICE_TIME", "0")))
        return [0] * self.depots + [uniform] * (self.locations - self.depots)

    def _windows(self) -> list[tuple[int, int]] | None:
        """When service may start, or nothing where time plays no role."""
        if "TIME_WINDOW" not in self._source.sections:
            return None
        return list(zip(self._rounded("TIME_WINDOW", 0), self._rounded("TIME_WINDOW", 1), strict=True))

    def _vehicles(self) -> list[VehicleType]:
        """One entry per vehicle; no stated number means as many as there are clients."""
        count = int(self._source.header.get("VEHICLES", self.locations - self.depots))
        depots = self._per_vehicle("VEHICLES_DEPOT", count, 1)
        capacities = self._per_vehicle("CAPACITY", count, None)
        fixed_costs = self._per_vehicle("VEHICLES_FIXED_COST", count, 0)
        # A cost per unit of distance is a factor: rounding it too would scale the product twice.
        unit_costs = self._per_vehicle("VEHICLES_UNIT_DISTANCE_COST", count, 1)
        durations = self._per_vehicle("VEHICLES_MAX_DURATION", count, None)
        return [
            VehicleType(
                depot=int(depots[vehicle] or 1) - 1,
                capacity=sum(self.demands) if (capacity := capacities[vehicle]) is None else int(capacity),
                fixed_cost=self._round(fixed_costs[vehicle] or 0),
                unit_distance_cost=int(1 if (unit := unit_costs[vehicle]) is None else unit),
                duration_max=None if (duration := durations[vehicle]) is None else self._round(duration),
            )
            for vehicle in range(count)
        ]

    def _per_vehicle(self, name: str, count: int, default: Number | None) -> list[Number | None]:
        """A value per vehicle, from a section, or one for all from the header."""
        stated = self._source.header.get(name)
        values = [default if stated is None else _number(stated)] * count
        for row in self._source.sections.get(name, []):
            values[int(row[0]) - 1] = _number(row[1])
        return values


def read(path: Path) -> Instance:
    """Reads an instance from a VRPLIB file."""
    return Instance(Source.of_text(read_text(path)))


def _number(word: str) -> Number:
    return int(word) if word.lstrip("-").isdigit() else float(word)
