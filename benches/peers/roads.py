#!/usr/bin/env python3
"""Compares ways by car with those of other engines that run on the same extract.

    ROADS_FILE=city.osm.pbf cargo bench --bench roads -- pairs > pairs.csv
    python3 benches/peers/roads.py pairs.csv --valhalla http://127.0.0.1:8002 --osrm http://127.0.0.1:5000

Prints the distribution of ours divided by theirs, for ways that take them a minute or more.
"""

from __future__ import annotations

import argparse
import csv
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

SHARES = [0, 5, 25, 50, 75, 95, 100]
SECONDS_MIN = 60
Ends = tuple[float, float, float, float]


def valhalla(url: str) -> Callable[[Ends], tuple[float, float]]:
    """Seconds and meters of a way, by Valhalla's default car."""

    def ask(ends: Ends) -> tuple[float, float]:
        places = [{"lat": ends[0], "lon": ends[1]}, {"lat": ends[2], "lon": ends[3]}]
        body = json.dumps({"locations": places, "costing": "auto"}).encode()
        with urllib.request.urlopen(f"{url}/route", body, timeout=10) as reply:
            summary = json.load(reply)["trip"]["summary"]
        return summary["time"], summary["length"] * 1000

    return ask


def osrm(url: str) -> Callable[[Ends], tuple[float, float]]:
    """Seconds and meters of a way, by the profile that OSRM was started with."""

    def ask(ends: Ends) -> tuple[float, float]:
        places = f"{ends[1]},{ends[0]};{ends[3]},{ends[2]}"
        with urllib.request.urlopen(f"{url}/route/v1/driving/{places}?overview=false", timeout=10) as reply:
            route = json.load(reply)["routes"][0]
        return route["duration"], route["distance"]

    return ask


def spread(values: list[float]) -> str:
    """Some quantiles."""
    values = sorted(values)
    return "  ".join(f"{share} %: {values[share * (len(values) - 1) // 100]:.2f}" for share in SHARES)


def compare(name: str, ask: Callable[[Ends], tuple[float, float]], rows: list[list[float]]) -> None:
    """Asks for all ways and prints what came of it."""
    times, lengths, refused = [], [], 0
    for *ends, seconds, meters in rows:
        try:
            their_seconds, their_meters = ask((ends[0], ends[1], ends[2], ends[3]))
        except urllib.error.HTTPError:
            refused += 1
            continue
        if SECONDS_MIN <= their_seconds:
            times.append(seconds / their_seconds)
            lengths.append(meters / their_meters)
    print(f"{name}: {len(times)} ways, {refused} refused")
    print("  seconds, ours / theirs: ", spread(times))
    print("  meters, ours / theirs:  ", spread(lengths))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--valhalla")
    parser.add_argument("--osrm")
    arguments = parser.parse_args()
    with arguments.pairs.open() as file:
        lines = csv.reader(line for line in file if line[:1] in "-0123456789")
        rows = [[float(number) for number in line] for line in lines]
    for name, engine, url in [("Valhalla", valhalla, arguments.valhalla), ("OSRM", osrm, arguments.osrm)]:
        if url:
            compare(name, engine(url), rows)


if __name__ == "__main__":
    main()
