"""Tables of a comparison, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from catalog import Entry
from runs import Run

# Cells behind words that stand where the number of instances would.
BLANKS = ["–"] * 7


@dataclass(frozen=True)
class Contender:
    """A solver in the version that is compared."""

    title: str
    name: str
    version: str
    # The seeds that it runs with, as groups that share the machine: one group's best is what the machine buys.
    groups: list[list[int]]
    threads: int
    # What it can express.
    classes: frozenset[str]
    # Why it takes no part at all.
    absence: str = ""


@dataclass(frozen=True)
class Score:
    """What one solver did on one class in one time. Gaps are in percent of the best known cost, by instance."""

    mean_gaps: dict[str, float]
    best_gaps: dict[str, float]
    worst: float | None
    runs: int
    infeasible: int
    longest: float

    @staticmethod
    def of(contender: Contender, runs: Iterable[Run], references: dict[str, int]) -> Score:
        """Sums up runs of one solver, class and time."""
        runs = list(runs)
        gaps: dict[str, dict[int, float]] = {}
        for run in runs:
            if run.cost is not None:
                reference = references[run.instance]
                gaps.setdefault(run.instance, {})[run.seed] = 100 * (run.cost - reference) / reference
        best_gaps = {}
        for instance, by_seed in gaps.items():
            groups = [[by_seed[seed] for seed in group if seed in by_seed] for group in contender.groups]
            best_gaps[instance] = fmean(min(group) for group in groups if group)
        return Score(
            mean_gaps={instance: fmean(by_seed.values()) for instance, by_seed in gaps.items()},
            best_gaps=best_gaps,
            worst=max((gap for by_seed in gaps.values() for gap in by_seed.values()), default=None),
            runs=len(runs),
            infeasible=sum(run.cost is None for run in runs),
            longest=max((run.search_seconds or run.wall_seconds for run in runs), default=0.0),
        )


class Report:
    """Everything that is said about one class. The first contender is our own solver."""

    def __init__(
        self,
        class_name: str,
        entries: list[Entry],
        unread: dict[str, str],
        contenders: list[Contender],
        runs: list[Run],
    ) -> None:
        """Gathers runs on `entries`; `unread` says why our solver cannot read other instances of the class."""
        self.class_name = class_name
        self.unread = unread
        self.contenders = contenders
        self.entries = entries
        names = {entry.name for entry in entries}
        self.runs = [run for run in runs if run.class_name == class_name and run.instance in names]
        self.unproven = sorted(entry.name for entry in entries if entry.best_known is None)
        self.references = self._references()

    def _references(self) -> dict[str, int]:
        """Best known costs, and where nothing is known the best that any run here found."""
        references = {entry.name: entry.best_known for entry in self.entries if entry.best_known is not None}
        for name in self.unproven:
            costs = [run.cost for run in self.runs if run.instance == name and run.cost is not None]
            if costs:
                references[name] = min(costs)
        return references

    def score(self, contender: Contender, seconds: float) -> Score:
        """What one solver did in one time."""
        seeds = {seed for group in contender.groups for seed in group}
        wanted = (contender.name, contender.version, contender.threads, seconds)
        runs = (run for run in self.runs if (run.solver, run.version, run.threads, run.seconds) == wanted)
        return Score.of(contender, (run for run in runs if run.seed in seeds), self.references)

    def lines(self, budgets: list[float]) -> list[str]:
        """The section of this class: a table per budget, and a verdict."""
        lines = []
        for seconds in budgets:
            lines += [f"### {self.class_name}, {seconds:g} s", "", *self._table(seconds), ""]
        if self.unproven:
            listed = ", ".join(self.unproven)
            lines += [f"No best known cost, so gaps are to the best of these runs: {listed}.", ""]
        for seconds in budgets:
            lines += [self._verdict(seconds, budgets), ""]
        return lines

    def _table(self, seconds: float) -> list[str]:
        own = self.score(self.contenders[0], seconds)
        width = max((len(group) for contender in self.contenders for group in contender.groups), default=1)
        heads = ["solver", "instances", "mean gap", f"best-of-{width} gap", "worst gap", "infeasible runs"]
        heads += ["longest search", "our mean gap / its mean", f"our mean gap / its best of {width}"]
        lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
        for contender in self.contenders if self.entries else []:
            cells = self._cells(contender, seconds, own)
            lines.append("| " + " | ".join([contender.title, *cells]) + " |")
        for name, reason in self.unread.items():
            lines.append("| " + " | ".join([self.contenders[0].title, f"cannot read {name}: {reason}", *BLANKS]) + " |")
        return lines

    def _cells(self, contender: Contender, seconds: float, own: Score) -> list[str]:
        if contender.absence:
            return [contender.absence, *BLANKS]
        if self.class_name not in contender.classes:
            return ["cannot express this class", *BLANKS]
        score = self.score(contender, seconds)
        if score.runs == 0:
            return ["no runs", *BLANKS]
        ratios = ["1", "1"]
        if contender is not self.contenders[0]:
            ratios = [ratio(own.mean_gaps, score.mean_gaps), ratio(own.mean_gaps, score.best_gaps)]
        return [
            str(len(score.mean_gaps)),
            percent(mean(score.mean_gaps)),
            percent(mean(score.best_gaps)),
            percent(score.worst),
            f"{score.infeasible} of {score.runs}",
            f"{score.longest:.1f} s",
            *ratios,
        ]

    def _verdict(self, seconds: float, budgets: list[float]) -> str:
        """Whether we are ahead of the best peer in the same time, and in a quarter of it."""
        head = f"**{self.class_name}, {seconds:g} s:** "
        if not self.references:
            return head + "nothing was compared."
        rivals = [
            (contender, score)
            for contender in self.contenders[1:]
            if not contender.absence and (score := self.score(contender, seconds)).best_gaps
        ]
        if not rivals:
            return head + "no peer has a feasible solution."
        # Whoever solves more instances is better; a mean over the easy ones alone says little.
        rival, best = min(rivals, key=lambda pair: (-len(pair[1].best_gaps), mean(pair[1].best_gaps) or 0.0))
        said = [f"the best peer is {rival.title} with {percent(mean(best.best_gaps))}."]
        for share, when in ((seconds, "the same time"), (seconds / 4, f"a quarter of it ({seconds / 4:g} s)")):
            if share in budgets:
                own = self.score(self.contenders[0], share)
                said.append(f"In {when} we are {standing(own, best)}.")
        return head + " ".join(said)


def standing(own: Score, rival: Score) -> str:
    """Ahead or behind, by instances solved and by the mean gap on instances that both solve."""
    if not own.mean_gaps:
        return "**behind**: nothing feasible"
    missed = sorted(set(rival.best_gaps) - set(own.mean_gaps))
    if missed:
        return f"**behind**: nothing feasible for {', '.join(missed)}"
    common = sorted(set(rival.best_gaps) & set(own.mean_gaps))
    ours = fmean(own.mean_gaps[instance] for instance in common)
    theirs = fmean(rival.best_gaps[instance] for instance in common)
    word = "ahead" if ours < theirs else "level" if ours == theirs else "behind"
    return f"**{word}** with {percent(ours)}"


def mean(gaps: dict[str, float]) -> float | None:
    """The mean over instances."""
    return fmean(gaps.values()) if gaps else None


def ratio(ours: dict[str, float], theirs: dict[str, float]) -> str:
    """Our mean gap by theirs, over instances that both solved; none where theirs is not positive."""
    common = sorted(set(ours) & set(theirs))
    if not common or (below := fmean(theirs[instance] for instance in common)) <= 0:
        return "–"
    return f"{fmean(ours[instance] for instance in common) / below:.2f}"


def percent(gap: float | None) -> str:
    """A gap for people."""
    return "–" if gap is None else f"{gap:.2f} %"
