"""Runs OR-Tools' routing library: parallel cheapest insertion, then guided local search.

Matrices are registered, not called back from Python. It has no seed, and it uses one thread.
"""

from __future__ import annotations

import math
import sys
import time
from collections import Counter

from instance import Instance, VehicleType, read
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from task import NO_SOLUTION, Route, Task, route

# With the 250 vehicles of the largest public instances no first solution is found within 10 seconds, so fleets are
# cut. The factor leaves room for windows; fleets of best known solutions are never larger.
FLEET_PER_LOAD_BOUND = 1.3
FLEET_EXTRA = 10


def main() -> None:
    """Solves the instance; time counts from the start of the search, building the model does not count."""
    task = Task.of_command_line()
    instance = read(task.instance)
    fleet = fleet_of(instance)
    starts = [kind.depot for kind in fleet]
    manager = pywrapcp.RoutingIndexManager(instance.locations, len(fleet), starts, starts)
    routing = pywrapcp.RoutingModel(manager)
    matrix = instance.matrix()
    add_costs(routing, manager, instance, fleet, matrix)
    add_loads(routing, instance, fleet)
    if instance.windows is not None:
        add_times(routing, manager, instance, fleet, matrix)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(1000 * task.seconds))
    started = time.perf_counter()
    solution = routing.SolveWithParameters(parameters)
    seconds = time.perf_counter() - started
    if solution is None:
        sys.exit(NO_SOLUTION)
    task.answer(routes_of(routing, manager, instance, fleet, solution), seconds)


def fleet_of(instance: Instance) -> list[VehicleType]:
    """Vehicles that are offered to the search: all where depots differ, else a cut fleet."""
    if instance.depots > 1:
        return instance.vehicles
    load = sum(instance.demands)
    fleet: list[VehicleType] = []
    for kind, count in Counter(instance.vehicles).items():
        enough = math.ceil(FLEET_PER_LOAD_BOUND * load / max(kind.capacity, 1)) + FLEET_EXTRA
        fleet += [kind] * min(count, enough)
    return fleet


def add_costs(
    routing: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    instance: Instance,
    fleet: list[VehicleType],
    matrix: list[list[int]],
) -> None:
    """Prices legs, vehicles, and clients that may be left out."""
    evaluators = {
        factor: routing.RegisterTransitMatrix([[leg * factor for leg in row] for row in matrix])
        for factor in {kind.unit_distance_cost for kind in fleet}
    }
    for vehicle, kind in enumerate(fleet):
        routing.SetArcCostEvaluatorOfVehicle(evaluators[kind.unit_distance_cost], vehicle)
        routing.SetFixedCostOfVehicle(kind.fixed_cost, vehicle)
    for client in range(instance.depots, instance.locations):
        if instance.prizes[client] > 0:
            routing.AddDisjunction([manager.NodeToIndex(client)], instance.prizes[client])


def add_loads(routing: pywrapcp.RoutingModel, instance: Instance, fleet: list[VehicleType]) -> None:
    """Keeps loads within the capacities of the vehicles."""
    evaluator = routing.RegisterUnaryTransitVector(instance.demands)
    routing.AddDimensionWithVehicleCapacity(evaluator, 0, [kind.capacity for kind in fleet], True, "load")


def add_times(
    routing: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    instance: Instance,
    fleet: list[VehicleType],
    matrix: list[list[int]],
) -> None:
    """Keeps windows, and durations of routes where they are limited."""
    windows = instance.windows or []
    horizon = max(closes for _, closes in windows[: instance.depots])
    pairs = zip(matrix, instance.service, strict=True)
    evaluator = routing.RegisterTransitMatrix([[leg + service for leg in row] for row, service in pairs])
    routing.AddDimension(evaluator, horizon, horizon, False, "time")
    times = routing.GetDimensionOrDie("time")
    for client in range(instance.depots, instance.locations):
        times.CumulVar(manager.NodeToIndex(client)).SetRange(*windows[client])
    for vehicle, kind in enumerate(fleet):
        for index in (routing.Start(vehicle), routing.End(vehicle)):
            times.CumulVar(index).SetRange(*windows[kind.depot])
        if kind.duration_max is not None:
            times.SetSpanUpperBoundForVehicle(kind.duration_max, vehicle)


def routes_of(
    routing: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    instance: Instance,
    fleet: list[VehicleType],
    solution: pywrapcp.Assignment,
) -> list[Route]:
    """What vehicles do, in ids of locations."""
    routes = []
    for vehicle, kind in enumerate(fleet):
        trip = []
        index = solution.Value(routing.NextVar(routing.Start(vehicle)))
        while not routing.IsEnd(index):
            trip.append(manager.IndexToNode(index))
            index = solution.Value(routing.NextVar(index))
        if trip:
            routes.append(route(instance.vehicle_types.index(kind), kind.depot, [trip]))
    return routes


if __name__ == "__main__":
    main()
