"""Runs VROOM through pyvroom: highest exploration level, all threads, integer matrix as durations and costs.

VROOM has no release times, no repeated trips, no prizes and no limit on the time from start to end of a route.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta

import vroom
from instance import Instance, read
from task import NO_SOLUTION, Route, Task, route

EXPLORATION_LEVEL = 5


def main() -> None:
    """Solves the instance; time counts from the start of the search, building the problem does not count."""
    task = Task.of_command_line()
    instance = read(task.instance)
    problem = problem_of(instance)
    started = time.perf_counter()
    limit = timedelta(seconds=task.seconds)
    solution = problem.solve(exploration_level=EXPLORATION_LEVEL, nb_threads=task.threads, timeout=limit)
    seconds = time.perf_counter() - started
    routes = routes_of(instance, solution)
    if not routes:
        sys.exit(NO_SOLUTION)
    task.answer(routes, seconds)


def problem_of(instance: Instance) -> vroom.Input:
    """The problem in VROOM's words; vehicle types become profiles because each has its own costs."""
    problem = vroom.Input()
    matrix = instance.matrix()
    for number, kind in enumerate(instance.vehicle_types):
        problem.set_durations_matrix(str(number), matrix)
        costs = [[leg * kind.unit_distance_cost for leg in row] for row in matrix]
        problem.set_costs_matrix(str(number), costs)
    windows = instance.windows
    for vehicle, kind in enumerate(instance.vehicles):
        problem.add_vehicle(
            vroom.Vehicle(
                vehicle + 1,
                start=kind.depot,
                end=kind.depot,
                profile=str(instance.vehicle_types.index(kind)),
                capacity=[kind.capacity],
                time_window=vroom.TimeWindow(*windows[kind.depot]) if windows else None,
                costs=vroom.VehicleCosts(fixed=kind.fixed_cost),
            )
        )
    for client in range(instance.depots, instance.locations):
        problem.add_job(
            vroom.Job(
                client,
                location=client,
                default_service=instance.service[client],
                delivery=[instance.demands[client]],
                time_windows=[vroom.TimeWindow(*windows[client])] if windows else [],
            )
        )
    return problem


def routes_of(instance: Instance, solution: vroom.Solution) -> list[Route]:
    """What vehicles do, in ids of locations."""
    visits: dict[int, list[int]] = {}
    for found in solution.to_dict()["routes"]:
        visits[found["vehicle"] - 1] = [step["id"] for step in found["steps"] if step["type"] == "job"]
    kinds = {vehicle: instance.vehicles[vehicle] for vehicle in visits}
    return [
        route(instance.vehicle_types.index(kinds[vehicle]), kinds[vehicle].depot, [trip])
        for vehicle, trip in visits.items()
        if trip
    ]


if __name__ == "__main__":
    main()
