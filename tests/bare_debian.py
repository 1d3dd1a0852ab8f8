"""python -m tests.bare_debian FOLDER: docs/operations.md from a bare Debian to an answering bot, with real systemd.

As root, with mmdebstrap: makes a Debian in the folder, types steps 1 to 6 of the document there, says "halo" to the
service, makes a backup with its unit, and tells how long each step took. Only the first step has a network; systemd
runs in namespaces of its own. It takes minutes and packages from Debian and PyPI, so it is no part of `make test`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.program import ROOT

HOST = "pst.example.go.id"
PACKAGES = "ca-certificates,systemd-sysv,dbus,iproute2,procps,curl"
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
#: seconds
START_WITHIN, STEP_WITHIN = 60, 900
CONTROL_GROUP = "pst-bare-debian"

_WITH_NETWORK = """
mount --make-rprivate / && mount -t proc proc {root}/proc && mount --rbind /dev {root}/dev
exec chroot {root} /usr/bin/env -i {path} HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    PIP_CERT={authorities} SOURCE=/srv/source sh -e /srv/step
"""
_BOOT = """
mount --make-rprivate / && mount --bind {root} {root} && mount -t proc proc {root}/proc
mount -t sysfs -o ro sysfs {root}/sys && mount -t cgroup2 none {root}/sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs {root}/run && mount -t tmpfs tmpfs {root}/tmp && mount -t tmpfs tmpfs {root}/dev
mkdir {root}/dev/pts {root}/dev/shm && mount -t devpts -o newinstance,ptmxmode=0666 devpts {root}/dev/pts
for name in null zero full random urandom tty; do
    mknod -m 666 {root}/dev/$name c $(stat -c '0x%t 0x%T' /dev/$name)
done
ln -s pts/ptmx {root}/dev/ptmx && ln -s /proc/self/fd {root}/dev/fd && ip link set lo up
exec chroot {root} /usr/bin/env -i container=other {path} /lib/systemd/systemd
"""


def steps() -> dict[int, str]:
    """The commands of each numbered step of the document."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("\n## The first day\n")[0]
    parts = re.split(r"^\*\*(\d)\. ", text, flags=re.MULTILINE)
    blocks = (re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL) for part in parts[2::2])
    return {int(number): "".join(found) for number, found in zip(parts[1::2], blocks, strict=True)}


def shell(script: str, *before: str) -> None:
    subprocess.run([*before, "sh", "-ec", script], check=True, timeout=STEP_WITHIN)


@contextmanager
def booted(root: Path) -> Iterator[list[str]]:
    """Starts systemd in the folder; gives what runs a command there."""
    groups = root.with_name(f"{root.name}.cgroup")
    groups.mkdir()
    shell(f"mount -t cgroup2 none {groups} && mkdir {groups}/{CONTROL_GROUP}")
    join = f'echo $$ > {groups}/{CONTROL_GROUP}/cgroup.procs && exec "$@"'
    apart = ["unshare", "-m", "-p", "-n", "-u", "-i", "-C", "--fork", "sh", "-ec", _BOOT.format(root=root, path=PATH)]
    manager = subprocess.Popen(["sh", "-ec", join, "sh", *apart])
    try:
        inner = first_child(manager.pid)
        yield ["nsenter", "-t", inner, "-m", "-p", "-n", "-u", "-i", "-C", "-r", "-w", "/usr/bin/env", "-i", PATH]
    finally:
        (groups / CONTROL_GROUP / "cgroup.kill").write_text("1")
        manager.wait(START_WITHIN)
        time.sleep(1)
        shell(f"rmdir $(find {groups}/{CONTROL_GROUP} -depth -type d); umount {groups}; rmdir {groups}")


def first_child(pid: int) -> str:
    """The process that is the first one of its namespace, once systemd itself runs there."""
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        if children and "systemd" in Path(f"/proc/{children[0]}/comm").read_text(encoding="ascii"):
            return children[0]
        time.sleep(0.1)
    raise SystemExit("systemd did not start")


def main(root: Path) -> None:
    began = time.monotonic()

    def told(what: str) -> None:
        click.echo(f"{time.monotonic() - began:6.0f} s  {what}")

    typed = steps()
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)], check=True
    )
    began = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", "--bare", str(ROOT), str(root / "srv/source")], check=True)
    for file in ("/etc/resolv.conf", AUTHORITIES):
        shutil.copyfile(file, f"{root}{file}")
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost {HOST}\n", encoding="utf-8")
    (root / "srv/step").write_text(typed[1], encoding="utf-8")
    outside = _WITH_NETWORK.format(root=root, path=PATH, authorities=AUTHORITIES)
    shell(outside, "unshare", "-m", "-p", "--fork")
    told("step 1: the program")
    with booted(root) as inside:
        for number in (2, 3, 4):
            shell(typed[number], *inside)
            told(f"step {number}")
        # no authority of the internet reaches this machine: Caddy makes its certificate itself
        web = typed[5].replace("YOUR.NAME.go.id/'", rf"{HOST}/; s/^\(.*{HOST}}} {{\)/\1\n\ttls internal/'")
        shell(web, *inside)
        shell("for i in $(seq 600); do curl -sf http://127.0.0.1:8080/health && exit; sleep 0.1; done; exit 1", *inside)
        told("step 5: it answers")
        shell(f"curl -ksf https://{HOST}/health; pst-bot check || test $? = 1", *inside)
        shell("echo halo | pst-bot chat | grep 'Ajukan permohonan'", *inside)
        told("step 6: it says what it can do")
        shell("systemctl start --wait pst-bot-backup.service && ls -l /var/backups/pst-bot/*.backup", *inside)
        told("a backup by its unit")


if __name__ == "__main__":
    if os.geteuid() != 0 or len(sys.argv) != 2:
        raise SystemExit(__doc__)
    signal.alarm(STEP_WITHIN * 3)
    main(Path(sys.argv[1]).absolute())
