"""Runs PyVRP (0.13 and 0.14) with its default parameters."""

from __future__ import annotations

import time
from typing import Any

import pyvrp
from pyvrp.stop import MaxRuntime
from task import Route, Task, route


def main() -> None:
    """Solves the instance; time counts from the start of the search, reading does not count."""
    task = Task.of_command_line()
    data = pyvrp.read(task.instance, round_func=task.rounding)
    started = time.perf_counter()
    result = pyvrp.solve(data, MaxRuntime(task.seconds), seed=task.seed, collect_stats=False, display=False)
    seconds = time.perf_counter() - started
    task.answer([translated(data, found) for found in result.best.routes()], seconds, result.num_iterations)


def translated(data: Any, found: Any) -> Route:
    """A route of PyVRP in ids of locations."""
    trips = trips_of_old(found) if hasattr(found, "trips") else trips_of_new(data, found)
    return route(found.vehicle_type(), found.start_depot(), [trip for trip in trips if trip])


def trips_of_old(found: Any) -> list[list[int]]:
    """Trips until 0.13: visits are ids of locations already."""
    return [list(trip.visits()) for trip in found.trips()]


def trips_of_new(data: Any, found: Any) -> list[list[int]]:
    """Trips since 0.14: a route is a sequence of activities, and one at a depot ends a trip."""
    trips: list[list[int]] = [[]]
    for activity in found:
        if activity.is_depot():
            trips.append([])
        else:
            trips[-1].append(data.client(activity.idx).location)
    return trips


if __name__ == "__main__":
    main()
