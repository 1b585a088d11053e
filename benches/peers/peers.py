"""Solvers that take part: our own program and its open peers, each peer in an environment of its own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from catalog import Entry
from instance import ROUNDING_OF_CLASS
from task import NO_SOLUTION, Task

RUNNERS = Path(__file__).parent

# Some solvers look at the clock rarely, and reading and building a large model takes a while.
GRACE_SECONDS = 120


@dataclass(frozen=True)
class Attempt:
    """How a process ended."""

    wall_seconds: float
    # Why there is no solution; with words, the run need not be repeated.
    note: str = ""
    # The last thing that was said, which explains a solution that is missing.
    last_words: str = ""


@dataclass(frozen=True)
class Verdict:
    """What our checker says about a solution."""

    cost: int
    feasible: bool
    violations: list[str]


@dataclass(frozen=True)
class Peer:
    """A solver from PyPI."""

    package: str
    version: str
    title: str
    runner: str
    classes: frozenset[str]
    # Without a seed, one run says it all.
    is_seeded: bool
    # Solvers of one thread run with several seeds side by side, on the threads that the others get.
    is_threaded: bool

    @property
    def name(self) -> str:
        """How it is asked for on the command line."""
        return f"{self.package}-{self.version}"

    def install(self, environments: Path) -> str | None:
        """Creates its environment where there is none; says why that failed, if it did."""
        environment = environments / self.name
        done = environment / "installed"
        if done.exists():
            return None
        steps = [
            [sys.executable, "-m", "venv", str(environment)],
            [str(environment / "bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
            + [f"{self.package}=={self.version}"],
        ]
        for step in steps:
            try:
                outcome = subprocess.run(step, capture_output=True, text=True, check=False)
            except OSError as error:
                return str(error)
            if outcome.returncode != 0:
                return last_line(outcome.stderr + outcome.stdout)
        done.touch()
        return None

    def command(self, environments: Path, entry: Entry, task: Task) -> list[str]:
        """The command of one run."""
        python = environments / self.name / "bin/python"
        return [str(python), str(RUNNERS / self.runner), *task.arguments()]


ALL = frozenset(ROUNDING_OF_CLASS)

PEERS = [
    Peer("pyvrp", "0.13.4", "PyVRP 0.13.4", "pyvrp_runner.py", ALL, is_seeded=True, is_threaded=False),
    Peer("pyvrp", "0.14.1", "PyVRP 0.14.1", "pyvrp_runner.py", ALL, is_seeded=True, is_threaded=False),
    Peer(
        "pyvroom",
        "1.15.2",
        "VROOM 1.15",
        "vroom_runner.py",
        # No limit on the duration of a route, no trips, no releases, no prizes.
        ALL - {"mdvrptw", "mtvrptwr", "pcvrptw"},
        is_seeded=False,
        is_threaded=True,
    ),
    Peer(
        "ortools",
        "9.15.6755",
        "OR-Tools 9.15",
        "ortools_runner.py",
        ALL - {"mtvrptwr"},
        is_seeded=False,
        is_threaded=False,
    ),
]


@dataclass(frozen=True)
class Punctual:
    """Our own solver, and the checker that judges everybody."""

    binary: Path

    title = "Punctual"

    def version(self) -> str:
        """Version and the first digits of the program's hash: another build is another solver."""
        said = subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=True)
        digest = hashlib.sha256(self.binary.read_bytes()).hexdigest()
        return f"{said.stdout.split()[-1]}+{digest[:8]}"

    def command(self, entry: Entry, task: Task) -> list[str]:
        """The command of one run."""
        options = ["--seconds", f"{task.seconds:g}", "--seed", str(task.seed), "--threads", str(task.threads)]
        options += ["--rounding", our_rounding(entry), "--out", str(task.out), "--json"]
        return [str(self.binary), "solve", str(entry.path), *options]

    def check(self, entry: Entry, solution: Path) -> Verdict:
        """Judges a solution; raises `UnreadableError` when the program cannot read the instance."""
        command = [str(self.binary), "check", str(entry.path), str(solution)]
        command += ["--rounding", our_rounding(entry), "--json"]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        # 1 says that something is wrong with the solution; anything else is an error.
        if outcome.returncode not in (0, 1):
            raise UnreadableError(last_line(outcome.stderr).removeprefix("error: "))
        said = json.loads(outcome.stdout)
        return Verdict(said["cost"], said["feasible"], said["violations"])

    def complaint(self, entry: Entry, scratch: Path) -> str | None:
        """Why our program cannot read an instance, if it cannot."""
        nothing = scratch / "nothing.json"
        nothing.write_text('{"routes": []}')
        try:
            self.check(entry, nothing)
        except UnreadableError as error:
            return str(error).removeprefix(f"{entry.path}, ")
        return None


class UnreadableError(Exception):
    """Our program cannot read an instance or a solution."""


def our_rounding(entry: Entry) -> str:
    """The name of a rounding on the command line of our program."""
    return "trunc" if entry.rounding == "none" else entry.rounding


def run_side_by_side(commands: list[list[str]], seconds: float) -> list[Attempt]:
    """Runs commands at the same time and waits for all of them."""
    started = time.monotonic()
    runs = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for command in commands
    ]
    try:
        return [finished(run, started, seconds) for run in runs]
    finally:
        for run in runs:
            run.kill()


def finished(run: subprocess.Popen[str], started: float, seconds: float) -> Attempt:
    """Waits for one run."""
    try:
        _, errors = run.communicate(timeout=max(1.0, started + seconds + GRACE_SECONDS - time.monotonic()))
    except subprocess.TimeoutExpired:
        return Attempt(time.monotonic() - started, f"stopped {GRACE_SECONDS} s after its time was up")
    wall = time.monotonic() - started
    if run.returncode == NO_SOLUTION:
        return Attempt(wall, "found no solution")
    return Attempt(wall, last_words=last_line(errors))


def last_line(text: str) -> str:
    """The last line that says something, which is where programs put their errors."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing was said"
