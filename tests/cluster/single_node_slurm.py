"""A real SLURM for the tests: one node on loopback, with two GPUs of pretence.

munged, slurmctld and slurmd are those of Debian's packages. They run as root without systemd, on
ports of their own, with all files in a temporary folder. Only the configuration is also linked to
/etc/slurm, since the jobs' own `srun` looks nowhere else.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

PACKAGES = ("munge", "slurm-client", "slurmctld", "slurmd")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "setpriv")
SITE_FOLDER = Path("/etc/slurm")
CONFIGURATION = ("slurm.conf", "gres.conf", "cgroup.conf")
PREFIX = "semantrace-slurm-"
GPUS = 2
GPU_DEVICES = "/dev/null,/dev/zero"  # slurmd takes character devices only, and each only once
CPUS = 8  # more than GPUs / threads of a job, so that GPUs are what jobs wait for
MEMORY_MB = 16_000  # counted by SLURM and not touched

# Long enough for a machine that is busy with other things; they end a test that would hang.
INSTALL_SECONDS = 900
START_SECONDS = 180
STOP_SECONDS = 120


class UnavailableError(Exception):
    """Why no SLURM can be started here, in one line."""


@dataclass(frozen=True)
class Job:
    """What SLURM recorded of a job.

    Attributes
    ----------
    number : int
        SLURM's number of the job.
    name : str
        The run of Snakemake that it belongs to.
    comment : str
        Rule and wildcards, as Snakemake's executor writes them.
    state : str
        Such as COMPLETED.
    gpus : int
        GPUs that it asked for, without which SLURM does not start it.
    cpus : int
        CPUs that it was given.
    memory_mb : int
        Memory that it was given.
    minutes : float
        The longest that it may run.
    start, end : datetime or None
        To the second; None while unknown.
    """

    number: int
    name: str
    comment: str
    state: str
    gpus: int
    cpus: int
    memory_mb: int
    minutes: float
    start: datetime | None
    end: datetime | None

    @property
    def rule(self) -> str:
        """The rule that it ran."""
        return self.comment.removeprefix("rule_").partition("_wildcards_")[0]


@dataclass(frozen=True)
class SingleNodeSlurm:
    """A running SLURM.

    Attributes
    ----------
    folder : Path
        Where its files are.
    """

    folder: Path

    def jobs(self) -> list[Job]:
        """All jobs so far, in the order in which they were submitted."""
        text = command("scontrol", "--oneliner", "show", "job")
        return [_job(line) for line in text.splitlines() if line.startswith("JobId=")]

    def unfinished(self) -> list[int]:
        """Numbers of the jobs that wait or run."""
        return [int(number) for number in command("squeue", "-h", "-o", "%A").split()]

    def cancel_all(self) -> None:
        """Cancel every job and wait for the last to end."""
        numbers = self.unfinished()
        if numbers:
            command("scancel", *map(str, numbers))
            wait_until(lambda: not self.unfinished(), STOP_SECONDS, "jobs did not end")


def _job(line: str) -> Job:
    fields = dict(part.partition("=")[::2] for part in line.split())
    given = dict(part.partition("=")[::2] for part in fields.get("TRES", "").split(","))
    return Job(
        number=int(fields["JobId"]),
        name=fields["JobName"],
        comment=fields.get("Comment", ""),
        state=fields["JobState"],
        gpus=int(fields.get("TresPerJob", "gres:gpu:0").removeprefix("gres:gpu:")),
        cpus=int(given.get("cpu", 0)),
        memory_mb=_megabytes(given.get("mem", "0M")),
        minutes=_minutes(fields["TimeLimit"]),
        start=_time(fields["StartTime"]),
        end=_time(fields["EndTime"]),
    )


def _megabytes(text: str) -> int:
    return round(float(text[:-1]) * {"M": 1, "G": 1024}[text[-1]])


def _minutes(text: str) -> float:
    if text == "UNLIMITED":
        return float("inf")
    days, _, clock = text.rpartition("-")
    hours, minutes, seconds = map(int, clock.split(":"))
    return (int(days or 0) * 24 + hours) * 60 + minutes + seconds / 60


def _time(text: str) -> datetime | None:
    return None if text == "Unknown" else datetime.fromisoformat(text)


def command(*arguments: str, timeout: float = 180) -> str:
    """Run a command and return what it prints; its error message is part of the exception."""
    result = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        timeout=timeout,
        env=clean_environment(),
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {result.stdout}{result.stderr}")
    return result.stdout


def clean_environment() -> dict[str, str]:
    """The environment without what a surrounding SLURM job would tell srun and sbatch."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SLURM_", "SBATCH_", "SRUN_", "SQUEUE_", "SCANCEL_"))
    }


def wait_until(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    """Ask again and again until a condition holds; raise RuntimeError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{complaint} within {seconds:g} seconds")
        time.sleep(0.1)


@contextlib.contextmanager
def kept_slurm() -> Iterator[SingleNodeSlurm]:
    """Have another process start SLURM, and stop it also when this one is killed.

    Raises
    ------
    UnavailableError
        Where it cannot be had: not root, not Debian, no packages, or a SLURM of someone else's.
    """
    keeper = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests, which then have it stopped
    )
    try:
        kind, _, message = keeper.stdout.readline().strip().partition(": ")
        if kind == "unavailable":
            raise UnavailableError(message)
        if kind != "running":
            raise RuntimeError(keeper.stderr.read())
        yield SingleNodeSlurm(Path(message))
    finally:
        keeper.communicate(timeout=6 * STOP_SECONDS)  # closes what it reads from


def keep() -> None:
    """Run SLURM until whoever started this process closes its standard input, or dies."""
    try:
        with single_node_slurm() as slurm:
            print(f"running: {slurm.folder}", flush=True)
            sys.stdin.read()
    except UnavailableError as reason:
        print(f"unavailable: {reason}")


@contextlib.contextmanager
def single_node_slurm() -> Iterator[SingleNodeSlurm]:
    """Start SLURM, and stop it and remove its files whatever happens.

    Raises
    ------
    UnavailableError
        Where it cannot be had: not root, not Debian, no packages, or a SLURM of someone else's.
    """
    check_machine()
    with contextlib.ExitStack() as stack:
        stack.enter_context(only_one())
        remove_leftovers()
        check_nobody_elses()
        site_folder_was_there = SITE_FOLDER.is_dir()
        install_packages()
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # munge refuses a socket that others cannot reach
        write_configuration(folder)
        stack.callback(unlink_configuration, folder, keep_folder=site_folder_was_there)
        link_configuration(folder)
        with explained_by_logs(folder):
            for name, arguments, is_up in daemons(folder):
                stack.enter_context(daemon(folder, name, arguments, is_up))
            slurm = SingleNodeSlurm(folder)
            stack.callback(slurm.cancel_all)  # slurmd does not end jobs when it stops
            command("srun", "--immediate=120", "--mem=50", "true")
            wait_until(node_is_idle, STOP_SECONDS, "the first job did not end")
        yield slurm


def check_machine() -> None:
    """Raise UnavailableError unless this is root on a Debian or a relative of it."""
    if os.geteuid() != 0:
        raise UnavailableError("only root can start a SLURM")
    if not (shutil.which("apt-get") and Path("/etc/debian_version").exists()):
        raise UnavailableError("SLURM is taken from Debian's packages, and this is no Debian")
    try:
        socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        raise UnavailableError(f"{socket.gethostname()!r} is not in /etc/hosts") from None


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Keep other test runs on this machine from starting theirs meanwhile."""
    lock = os.open(SITE_FOLDER.parent, os.O_RDONLY)  # a folder can be locked, and leaves no file
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnavailableError("another test run has its SLURM on this machine") from None
        yield
    finally:
        os.close(lock)


def check_nobody_elses() -> None:
    """Raise UnavailableError where a SLURM is configured already."""
    for name in CONFIGURATION:
        if os.path.lexists(SITE_FOLDER / name):
            raise UnavailableError(f"{SITE_FOLDER / name} is someone else's; left alone")


def remove_leftovers() -> None:
    """Remove what a killed keeper left: its daemons ended with it, its files did not."""
    for name in CONFIGURATION:
        link = SITE_FOLDER / name
        if link.is_symlink() and link.readlink().parent.name.startswith(PREFIX):
            shutil.rmtree(link.readlink().parent, ignore_errors=True)
            link.unlink()


def install_packages() -> None:
    """Install Debian's packages where programs are missing.

    Raises
    ------
    UnavailableError
        When apt-get cannot.
    """
    if all(map(shutil.which, PROGRAMS)):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "--yes", "--no-install-recommends", *PACKAGES]
    deadline = time.monotonic() + INSTALL_SECONDS
    for arguments in (install, ["update"], install):  # without lists of packages, the first fails
        try:
            result = subprocess.run(
                ["apt-get", "--quiet", "--option=DPkg::Lock::Timeout=60", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=max(deadline - time.monotonic(), 1),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnavailableError("installing SLURM takes too long") from None
        if all(map(shutil.which, PROGRAMS)):
            return
    complaints = [line for line in result.stderr.splitlines() if line.strip()]
    raise UnavailableError(f"apt-get cannot install SLURM: {(complaints or ['no message'])[-1]}")


def write_configuration(folder: Path) -> None:
    """Write the key of munge and the configuration of SLURM."""
    host = socket.gethostname().partition(".")[0]
    controller_port, node_port = free_ports(2)
    for name in ("munge", "state"):
        (folder / name).mkdir(mode=0o700)
    (folder / "spool").mkdir()
    key = folder / "munge/key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    (folder / "gres.conf").write_text(
        f"AutoDetect=off\nNodeName={host} Name=gpu File={GPU_DEVICES}\n"
    )
    # Nothing is asked of control groups, which a container may not have.
    (folder / "cgroup.conf").write_text("CgroupAutomount=no\n")
    (folder / "slurm.conf").write_text(f"""\
ClusterName=semantrace
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
SlurmdParameters=config_overrides
GresTypes=gpu
# Without control groups, what a job's processes take is looked at each second.
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
# There is no accounting, so the controller has to remember the jobs of the whole test.
MinJobAge=86400
ReturnToService=2
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs={CPUS} RealMemory={MEMORY_MB} Gres=gpu:{GPUS}
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
""")


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def link_configuration(folder: Path) -> None:
    """Let SLURM's programs find the configuration."""
    SITE_FOLDER.mkdir(exist_ok=True)
    for name in CONFIGURATION:
        (SITE_FOLDER / name).symlink_to(folder / name)


def unlink_configuration(folder: Path, keep_folder: bool) -> None:
    """Undo `link_configuration`, and touch nothing else."""
    for name in CONFIGURATION:
        link = SITE_FOLDER / name
        if link.is_symlink() and link.readlink() == folder / name:
            link.unlink()
    if not keep_folder:
        with contextlib.suppress(OSError):  # the packages have put files of their own there
            SITE_FOLDER.rmdir()


def daemons(folder: Path) -> list[tuple[str, list[str], Callable[[], bool]]]:
    """Name and arguments of each daemon in the order of starting, and how to ask if it is up."""
    munge = ["--foreground", f"--key-file={folder}/munge/key", f"--socket={folder}/munge.socket"]
    munge += [f"--seed-file={folder}/munge/seed", f"--pid-file={folder}/munged.pid"]
    munge += [f"--log-file={folder}/munged.log"]
    return [
        ("munged", munge, lambda: succeeds("munge", f"--socket={folder}/munge.socket", "-n")),
        ("slurmctld", ["-D"], lambda: succeeds("scontrol", "ping")),
        ("slurmd", ["-D"], node_is_idle),
    ]


def node_is_idle() -> bool:
    """Whether the node is up and has nothing to do."""
    return command("sinfo", "-h", "-N", "-o", "%T").split() == ["idle"]


def succeeds(*arguments: str) -> bool:
    """Whether a command ends well."""
    try:
        command(*arguments)
    except RuntimeError:
        return False
    return True


@contextlib.contextmanager
def daemon(
    folder: Path, name: str, arguments: list[str], is_up: Callable[[], bool]
) -> Iterator[None]:
    """Run a daemon that also ends when this process is killed; begin once it is up."""
    with (folder / f"{name}.out").open("wb") as output:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", name, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=clean_environment(),
        )
    try:
        wait_until(lambda: process.poll() is not None or is_up(), START_SECONDS, f"no {name}")
        if process.poll() is not None:
            raise RuntimeError(f"{name} has ended")
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def explained_by_logs(folder: Path) -> Iterator[None]:
    """Add the last lines of the daemons' logs to what failed."""
    try:
        yield
    except RuntimeError as error:
        logs = [f"{log.name}:\n{log.read_text()[-1500:]}" for log in sorted(folder.glob("*.out"))]
        raise RuntimeError("\n".join([str(error), *logs])) from error


if __name__ == "__main__":
    keep()
