"""A run of planned jobs on cores, GPUs and memory, as far as one can know it beforehand."""

import heapq
import operator
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from scale_graph import Job


@dataclass(frozen=True)
class Machine:
    """What jobs share. Snakemake limits GPUs and memory where it is told to."""

    cores: int
    gpus: int
    memory_mb: float = float("inf")


@dataclass(frozen=True)
class Run:
    """What came of a run.

    Attributes
    ----------
    seconds : float
        From the first job's start to the last one's end.
    starts : list of float
        When each job began.
    busy_cores, busy_gpus : float
        Share of the time in which they were asked for, 0 to 1.
    peak_disk, final_disk : float
        Bytes that the jobs' outputs took at most, and at the end.
    """

    seconds: float
    starts: list[float]
    busy_cores: float
    busy_gpus: float
    peak_disk: float
    final_disk: float


def simulate(
    jobs: Sequence[Job],
    seconds: Sequence[float],
    machine: Machine,
    order: Sequence[float] | None = None,
    disk: Sequence[float] | None = None,
    temporary: Collection[str] = (),
) -> Run:
    """Start each job as soon as its inputs are there and what it asks for is free.

    Parameters
    ----------
    jobs : sequence of Job
    seconds : sequence of float
        How long each takes.
    machine : Machine
        A job that asks for more cores than there are gets all of them, as in Snakemake.
    order : sequence of float, optional
        Of jobs that could start, the least goes first; else in the given order.
    disk : sequence of float, optional
        Bytes of each job's output, counted from its start.
    temporary : collection of str
        Rules whose output is deleted once all that need it are done.

    Raises
    ------
    ValueError
        When a job asks for more GPUs or memory than there are.
    """
    order = range(len(jobs)) if order is None else order
    disk = [0.0] * len(jobs) if disk is None else disk
    asked = [(min(job.threads, machine.cores), job.gpus, job.memory_mb) for job in jobs]
    for job, (_, gpus, memory) in zip(jobs, asked, strict=True):
        if gpus > machine.gpus or memory > machine.memory_mb:
            raise ValueError(f"{job.rule} {job.name} asks for more than {machine}")
    waiting = [len(job.needs) for job in jobs]
    users: list[list[int]] = [[] for _ in jobs]
    for place, job in enumerate(jobs):
        for needed in job.needs:
            users[needed].append(place)
    unread = [len(places) for places in users]
    ready: dict[tuple, list] = {one: [] for one in asked}  # by what they ask for
    for place, count in enumerate(waiting):
        if not count:
            heapq.heappush(ready[asked[place]], (order[place], place))
    free = (machine.cores, machine.gpus, machine.memory_mb)
    running: list[tuple[float, int]] = []
    starts = [0.0] * len(jobs)
    now = used = peak = 0.0
    while True:
        fitting = [
            (queue[0], one)
            for one, queue in ready.items()
            if queue and all(map(operator.le, one, free))
        ]
        if fitting:
            (_, place), one = min(fitting)
            heapq.heappop(ready[one])
            free = tuple(map(operator.sub, free, one))
            starts[place] = now
            used += disk[place]
            peak = max(peak, used)
            heapq.heappush(running, (now + seconds[place], place))
            continue
        if not running:
            break
        now, done = heapq.heappop(running)
        free = tuple(map(operator.add, free, asked[done]))
        for place in users[done]:
            waiting[place] -= 1
            if not waiting[place]:
                heapq.heappush(ready[asked[place]], (order[place], place))
        for needed in jobs[done].needs:
            unread[needed] -= 1
            if not unread[needed] and jobs[needed].rule in temporary:
                used -= disk[needed]
    work = [
        sum(one[kind] * time for one, time in zip(asked, seconds, strict=True)) for kind in (0, 1)
    ]
    return Run(
        seconds=now,
        starts=starts,
        busy_cores=work[0] / (now * machine.cores) if now else 0.0,
        busy_gpus=work[1] / (now * machine.gpus) if now and machine.gpus else 0.0,
        peak_disk=peak,
        final_disk=used,
    )


def in_any_order(
    jobs: Sequence[Job], seconds: Sequence[float], machine: Machine, runs: int, **options
) -> list[Run]:
    """Simulate several runs, quickest first, whose ready jobs start by priority, else at random."""
    drawn = random.Random(0)
    orders = [[drawn.random() - 1e3 * job.priority for job in jobs] for _ in range(runs)]
    found = [simulate(jobs, seconds, machine, order, **options) for order in orders]
    return sorted(found, key=lambda run: run.seconds)


def critical_path(jobs: Sequence[Job], seconds: Sequence[float]) -> float:
    """Return the seconds of the longest chain of jobs that need each other."""
    ends: list[float] = []
    for job, time in zip(jobs, seconds, strict=True):
        ends.append(time + max((ends[needed] for needed in job.needs), default=0.0))
    return max(ends, default=0.0)
