"""A Slurm cluster of several nodes on this machine, each in a network of its own, so that all that runs on one can be ended at once. Needs root, Debian's slurm-wlm,
munge and iproute2; nothing outside its folder and its network namespaces is touched."""

import os
import pathlib
import signal
import socket
import subprocess
import time

PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "ip", "nsenter", "unshare", "setpriv")
NETWORK = "10.77.0"

# cred_expire is also how long a requeued job waits; the other times are short, so that a lost node is noticed within seconds.
CONFIGURATION = """\
ClusterName=dcmflow
SlurmctldHost={host}({network}.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd-%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=0,sched_min_interval=0
MinJobAge=3600
MaxArraySize=5
JobRequeue=1
ReturnToService=2
SlurmdTimeout=6
MessageTimeout=2
TCPTimeout=1
KillWait=2
SlurmdParameters=config_overrides
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def ip(*words, check=True):
    subprocess.run(["ip", *words], check=check, capture_output=True)


class Cluster:
    def __init__(self, folder, nodes):
        self.folder = pathlib.Path(folder)
        self.nodes = range(1, nodes + 1)
        self.prefix = f"dcmf{os.getpid()}"
        self.control = f"{self.prefix}c"
        self.configuration = self.folder / "slurm.conf"
        self.daemons = {}

    def network_of(self, node):
        return f"{self.prefix}n{node}"

    def start(self):
        for name in ("state", "log", "run", *(f"spool/n{node}" for node in self.nodes)):
            (self.folder / name).mkdir(parents=True)
        self._make_networks()
        self._start_munge()
        nodes = "\n".join(f"NodeName=n{node} NodeAddr={NETWORK}.{10 + node} CPUs=1 RealMemory=1000 State=UNKNOWN" for node in self.nodes)
        host = socket.gethostname().split(".")[0]
        self.configuration.write_text(CONFIGURATION.format(host=host, network=NETWORK, folder=self.folder, nodes=nodes))
        self.start_controller()
        for node in self.nodes:
            self.start_node(node)
        self.wait_for_idle_nodes()

    def stop(self):
        for daemon in self.daemons.values():
            daemon.kill()
        for name in (self.control, *map(self.network_of, self.nodes)):
            self._kill_all_in(name)
            ip("netns", "del", name, check=False)
        for daemon in self.daemons.values():
            daemon.wait()

    def run(self, *words, check=True, environment=None):
        """A command on the host of the controller."""
        done = subprocess.run([*self._inside(self.control), *map(str, words)], capture_output=True, text=True, check=False, timeout=60,
                              env={**os.environ, "SLURM_CONF": str(self.configuration), **(environment or {})})
        if check and done.returncode != 0:
            raise AssertionError(f"{words}: exit code {done.returncode}: {done.stderr}{done.stdout}")
        return done

    def wait_for_idle_nodes(self):
        """Also for those that were away."""
        ready = {f"n{node}" for node in self.nodes}
        self.wait_for(lambda: set(self.run("sinfo", "-h", "-N", "-t", "idle", "-o", "%N", check=False).stdout.split()) == ready, 60, "all nodes are idle")

    def wait_for(self, is_true, seconds, what):
        end = time.monotonic() + seconds
        while not is_true():
            if time.monotonic() > end:
                queue = self.run("squeue", check=False).stdout
                raise AssertionError(f"not within {seconds} s: {what}\n{queue}")
            time.sleep(0.2)

    def start_controller(self):
        self._start("controller", [*self._inside(self.control), "slurmctld", "-D", "-f", self.configuration])

    def kill_controller(self):
        self._kill_daemon("controller")

    def start_node(self, node):
        inside = ["unshare", "--uts", "sh", "-c", f"hostname n{node}; exec slurmd -D -N n{node} -f {self.configuration}"]
        self._start(node, [*self._inside(self.network_of(node)), *inside])

    def crash_node(self, node):
        """All that runs there is gone at once, as when its power fails."""
        self._kill_all_in(self.network_of(node))
        self.daemons.pop(node).wait()

    def cut_off_node(self, node):
        """No word goes to the node or comes from it; what runs there goes on, and sees the shared folders."""
        ip("-n", self.control, "link", "set", f"v{node}", "down")

    def heal_node(self, node):
        ip("-n", self.control, "link", "set", f"v{node}", "up")

    def commands_on(self, node):
        """The command lines of all that runs there."""
        lines = []
        for pid in self._pids_in(self.network_of(node)):
            try:
                lines.append(pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip())
            except OSError:  # it ended
                pass
        return lines

    @staticmethod
    def _inside(network):
        return ["nsenter", f"--net=/run/netns/{network}"]

    def _start(self, name, words):
        log = open(self.folder / f"log/{name}.out", "ab")
        with log:
            self.daemons[name] = subprocess.Popen(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _kill_daemon(self, name):
        daemon = self.daemons.pop(name)
        daemon.kill()
        daemon.wait()

    @staticmethod
    def _pids_in(network):
        return map(int, subprocess.run(["ip", "netns", "pids", network], capture_output=True, text=True, check=False).stdout.split())

    def _kill_all_in(self, network):
        for pid in self._pids_in(network):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _make_networks(self):
        ip("netns", "add", self.control)
        ip("-n", self.control, "link", "set", "lo", "up")
        ip("-n", self.control, "link", "add", "br0", "type", "bridge")
        ip("-n", self.control, "addr", "add", f"{NETWORK}.1/24", "dev", "br0")
        ip("-n", self.control, "link", "set", "br0", "up")
        for node in self.nodes:
            own = self.network_of(node)
            ip("netns", "add", own)
            ip("-n", own, "link", "set", "lo", "up")
            ip("-n", self.control, "link", "add", f"v{node}", "type", "veth", "peer", "name", "eth0", "netns", own)
            ip("-n", self.control, "link", "set", f"v{node}", "master", "br0")
            ip("-n", self.control, "link", "set", f"v{node}", "up")
            ip("-n", own, "addr", "add", f"{NETWORK}.{10 + node}/24", "dev", "eth0")
            ip("-n", own, "link", "set", "eth0", "up")

    def _start_munge(self):
        own = self.folder / "munge"
        own.mkdir(mode=0o711)
        (own / "key").write_bytes(os.urandom(128))
        (own / "key").chmod(0o600)
        subprocess.run(["chown", "-R", "munge:munge", own], check=True)
        words = [f"--key-file={own}/key", f"--socket={own}/socket", f"--pid-file={own}/pid", f"--log-file={own}/log", f"--seed-file={own}/seed"]
        self._start("munge", ["setpriv", "--reuid=munge", "--regid=munge", "--clear-groups", "munged", "--foreground", *words])
        self.wait_for_file(own / "socket")

    @staticmethod
    def wait_for_file(path):
        end = time.monotonic() + 20
        while not path.exists():
            if time.monotonic() > end:
                raise AssertionError(f"{path} is not there after 20 s")
            time.sleep(0.1)
