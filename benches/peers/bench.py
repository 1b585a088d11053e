"""Compares our solver with its open peers on a folder of routing instances.

    make bench-solver INSTANCES=dir [SECONDS="1 10"] [SEEDS="1 2"] [PEERS="pyvrp-0.13.4 …"] [THREADS=2] [OUT=runs.jsonl]

Instances are `*.vrp`, `*.txt` and both with `.gz`, in VRPLIB's or Solomon's format, anywhere below the folder. Their
best known cost comes from `bks.csv` in their folder or its parent (columns class, instance and
bks_cost_in_solver_units), else from the `Cost` line of a `.sol` file beside them, which is in natural units if it has
decimals. Without either, gaps are to the best cost of the comparison itself.

Solvers run one after the other, so that each has the machine. Our solver and VROOM get THREADS threads. PyVRP has one
thread, so THREADS seeds run side by side; "best of" is the better of those, which is what the same cores buy.
OR-Tools has one thread and no seed. The clock starts when the search does: reading files does not count.

Peers come from PyPI in pinned versions, each into its own environment below `target/peers`. One that cannot be
installed is named in the table. All use the parameters that they come with; see the runner of each. The routes of
every run, ours included, go through `punctual check`, which shares no code with the search; nobody's own cost is
believed. Tables are Markdown on standard output, progress goes to standard error, each run is one line of OUT, and
runs that are there already are not repeated, except by another build of our program.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from catalog import Entry, instances_in
from peers import PEERS, Attempt, Peer, Punctual, UnreadableError, run_side_by_side
from report import Contender, Report
from runs import Key, Log, Run
from task import Task

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / "target/peers"


@dataclass(frozen=True)
class Bench:
    """One comparison."""

    own: Punctual
    contenders: list[tuple[Contender, Peer | None]]
    entries: list[Entry]
    budgets: list[float]
    log: Log
    scratch: Path

    def run(self) -> None:
        """Makes all runs that are missing. Budgets go up, so that something is seen early."""
        for seconds in self.budgets:
            for entry in self.entries:
                for contender, peer in self.contenders:
                    if entry.class_name in contender.classes and not contender.absence:
                        for group in contender.groups:
                            self.run_group(contender, peer, entry, seconds, group)

    def run_group(
        self, contender: Contender, peer: Peer | None, entry: Entry, seconds: float, group: list[int]
    ) -> None:
        """Makes the missing runs of one group side by side."""
        keys = [
            Key(contender.name, contender.version, entry.class_name, entry.name, seconds, seed, contender.threads)
            for seed in group
        ]
        keys = [key for key in keys if key not in self.log.runs]
        tasks = [self.task(entry, key) for key in keys]
        for task in tasks:
            task.out.unlink(missing_ok=True)
        commands = [
            self.own.command(entry, task) if peer is None else peer.command(ENVIRONMENTS, entry, task) for task in tasks
        ]
        for key, task, attempt in zip(keys, tasks, run_side_by_side(commands, seconds), strict=True):
            run = self.judged(entry, key, task, attempt)
            self.log.add(run)
            outcome = f"cost {run.cost}" if run.feasible else run.note or f"infeasible: {run.violations[0]}"
            say(f"{entry.class_name} {entry.name}, {seconds:g} s, seed {key.seed}: {contender.title}: {outcome}")

    def task(self, entry: Entry, key: Key) -> Task:
        """What a solver is asked to do."""
        out = self.scratch / f"answer-{key.seed}.json"
        return Task(entry.vrplib, entry.rounding, key.seconds, key.seed, key.threads, out)

    def judged(self, entry: Entry, key: Key, task: Task, attempt: Attempt) -> Run:
        """A run with the cost and the feasibility that our checker finds."""
        none = Run(*key, None, round(attempt.wall_seconds, 3), None, False, entry.best_known, note=attempt.note)
        if attempt.note:
            return none
        if not task.out.exists():
            return replace(none, note=f"failed: {attempt.last_words}", is_broken=True)
        answer = json.loads(task.out.read_text())
        # Only routes are judged: what a solver says about them is not.
        task.out.write_text(json.dumps({"routes": answer["routes"]}))
        try:
            verdict = self.own.check(entry, task.out)
        except UnreadableError as error:
            return replace(none, note=f"cannot be checked: {error}", is_broken=True)
        return Run(
            *key,
            search_seconds=round(answer["seconds"], 3),
            wall_seconds=round(attempt.wall_seconds, 3),
            cost=verdict.cost if verdict.feasible else None,
            feasible=verdict.feasible,
            best_known=entry.best_known,
            iterations=answer["iterations"],
            routes=len(answer["routes"]),
            trips=sum(len(route["trips"]) for route in answer["routes"]),
            violations=verdict.violations[:5],
        )


def contenders(own: Punctual, asked: list[str], seeds: list[int], threads: int) -> list[tuple[Contender, Peer | None]]:
    """Our solver first, then the peers that are asked for, installed."""
    alone = [[seed] for seed in seeds]
    peers = [peer for peer in PEERS if not asked or any(peer.name.startswith(name) for name in asked)]
    classes = frozenset().union(*(peer.classes for peer in PEERS))
    found: list[tuple[Contender, Peer | None]] = [
        (Contender(own.title, "punctual", own.version(), alone, threads, classes), None)
    ]
    for peer in peers:
        say(f"{peer.title}: {ENVIRONMENTS / peer.name}")
        reason = peer.install(ENVIRONMENTS)
        absence = f"cannot be installed: {reason}" if reason else ""
        if absence:
            say(f"{peer.title} {absence}")
        groups = alone if peer.is_seeded else alone[:1]
        if not peer.is_threaded:
            alike = [seed for group in groups for seed in group]
            groups = [alike[first : first + threads] for first in range(0, len(alike), threads)]
        used = threads if peer.is_threaded else 1
        contender = Contender(peer.title, peer.package, peer.version, groups, used, peer.classes, absence)
        found.append((contender, peer))
    return found


def say(text: str) -> None:
    """Reports progress."""
    print(text, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instances", type=Path, help="folder of instances")
    parser.add_argument("--seconds", nargs="+", type=float, default=[1.0, 10.0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--peers", nargs="*", default=[], help="names or their beginnings; all by default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ENVIRONMENTS / "runs.jsonl")
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/punctual")
    asked = parser.parse_args()
    if not asked.instances.is_dir():
        parser.error(f"{asked.instances} is not a folder")
    if not asked.binary.is_file():
        parser.error(f"{asked.binary} is missing, `cargo build --release` makes it")
    if asked.threads < 1 or min(asked.seconds) <= 0 or min(asked.seeds) < 0:
        parser.error("threads and seconds must be positive, seeds must not be negative")
    for name in asked.peers:
        if not any(peer.name.startswith(name) for peer in PEERS):
            parser.error(f"there is no peer {name!r}, there are {', '.join(peer.name for peer in PEERS)}")
    return asked


def main() -> None:
    """Compares and prints."""
    asked = arguments()
    own = Punctual(asked.binary.resolve())
    budgets, seeds = sorted(set(asked.seconds)), sorted(set(asked.seeds))
    log = Log(asked.out)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        copies = scratch / "copies"
        copies.mkdir()
        entries, complaints = instances_in(asked.instances, copies)
        refused = {entry.path: own.complaint(entry, scratch) for entry in entries}
        readable = [entry for entry in entries if refused[entry.path] is None]
        if not entries:
            say(f"{asked.instances} has no instances")
        compared = contenders(own, asked.peers, seeds, asked.threads)
        Bench(own, compared, readable, budgets, log, scratch).run()
    runs = list(log.runs.values())
    for class_name, group in groupby(sorted(entries, key=lambda entry: entry.class_name), lambda e: e.class_name):
        of_class = list(group)
        unread = {entry.name: reason for entry in of_class if (reason := refused[entry.path]) is not None}
        solved = [entry for entry in of_class if refused[entry.path] is None]
        report = Report(class_name, solved, unread, [contender for contender, _ in compared], runs)
        print("\n".join(report.lines(budgets)))
    for complaint in complaints:
        print(f"Left out: {complaint}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted; the same command goes on from here")
