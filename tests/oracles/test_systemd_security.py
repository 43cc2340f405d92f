"""The exposure of units by `systemd-analyze security`, row by row, and unknown settings by its `verify`.

The table and its weights change between versions, so it is held to the version of Debian 12.
"""

import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from compolint.load import unit as loader
from compolint.model.knowledge.unit_keys import settings as known
from compolint.model.knowledge.unit_keys import unknown_settings
from compolint.model.unit import Unit
from compolint.model.unit_score import Row, score_of
from compolint.tree import MemoryTree
from tests.oracles.systemd import Verdict, analyze, configuration_items, verdicts

INSTALLED = Path("/usr/lib/systemd/system")
SCORED = {".service", ".socket", ".mount", ".swap"}
RANDOM = 1000
# u.socket:3: Unknown key 'Uesr' in section [Unit], ignoring.   u.socket:4: Unknown section 'X'. Ignoring.
_UNKNOWN = re.compile(r"/([^/:]+):\d+: Unknown (?:key|section) '(.*?)'(?: in section \[(.*?)\])?")


def units(files: Mapping[str, str | bytes]) -> dict[str, Unit]:
    tree = MemoryTree(files)
    loaded = (loader.load(tree, group) for group in loader.group(tree, list(files)))
    entities = (entity for each in loaded for entity in each.entities)
    return {entity.name: entity for entity in entities if isinstance(entity, Unit)}


def shown(row: Row) -> tuple[int | None, int, int, str | None]:
    exposure = f"{row.exposure // 10}.{row.exposure % 10}" if row.badness else None
    return row.badness, row.weight, row.range, exposure


def differences(unit: Unit, verdict: Verdict) -> Iterator[str]:
    score = score_of(unit)
    assert score is not None
    rows = {row.id: row for row in score.rows}
    assert set(rows) == set(verdict.rows)
    for name, row in verdict.rows.items():
        badness = None if row["badness"] > row["range"] else row["badness"]
        said = badness, row["weight"], row["range"], row["exposure"]
        if said != shown(rows[name]):
            yield f"{unit.name}: {name} is {said}, not {shown(rows[name])}"
    if str(score) != verdict.overall:
        yield f"{unit.name}: it is {verdict.overall}, not {score}"


def written(files: Mapping[str, str | bytes], folder: Path) -> list[str]:
    """Writes the files, and gives the names of those that are units with processes."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [path for path in files if Path(path).suffix in SCORED]


def compare(files: Mapping[str, str | bytes], folder: Path) -> int:
    """How many units both sides judge; they must agree on all of them."""
    judged = verdicts(written(files, folder), folder)
    ours = units(files)
    found = [
        difference
        for name, verdict in judged.items()
        for difference in differences(ours[name.replace("@i.", "@.")], verdict)
    ]
    assert not found, "\n".join(found)
    return len(judged)


def test_every_unit_of_this_machine_is_scored_as_systemd_does(tmp_path: Path) -> None:
    files = {
        str(path.relative_to(INSTALLED)): path.read_bytes()
        for path in INSTALLED.rglob("*")
        if path.is_file() and not path.is_symlink() and path.stat().st_size
    }
    if not files:
        pytest.skip("no units are installed")
    assert compare(files, tmp_path) > 50


def test_random_units_are_scored_as_systemd_does(tmp_path: Path) -> None:
    source = random.Random(252)
    files = {f"u{number}.service": unit(source) for number in range(RANDOM)}
    files |= {f"u{number}.socket": unit(source, "Socket") for number in range(RANDOM // 20)}
    assert compare(files, tmp_path) > RANDOM * 0.8


def test_dropins_count_in_the_order_of_systemd(tmp_path: Path) -> None:
    source = random.Random(7)
    files = {f"{name}.service": unit(source) for name in ("a", "a-b", "a-b-c", "x", "t@", "t-u@", "t-u@j")}
    for folder in (
        "service", "a-.service", "a-b-.service", "a-b.service", "a-b-c.service", "t-@.service", "t@.service",
        "t-u@.service", "t-u@j.service", "t-@j.service", "t-.service", "t-u.service", "x.service",
    ):  # fmt: skip
        for number in source.sample(range(4), 2):
            # Where one of these is wrong, systemd reads no more of the drop-in.
            text = settings(source, 8)
            lines = (line for line in text.splitlines() if not line.startswith(("DynamicUser=", "Root")))
            files[f"{folder}.d/{number}.conf"] = "\n".join(lines)
    compare(files, tmp_path)


def test_no_setting_that_systemd_has_is_unknown() -> None:
    listed = dumped()
    assert len(listed) > 9
    for section, keys in listed.items():
        assert keys <= known(section), f"[{section}]: {keys - known(section)}"


def test_what_systemd_does_not_know_is_unknown_here(tmp_path: Path) -> None:
    """Misspelt keys and sections, and keys in sections that they do not belong to."""
    source = random.Random(3)
    listed = dumped()
    keys = [key for section in listed.values() for key in sorted(section)]
    files = {}
    for number in range(RANDOM // 10):
        kind = source.choice(["Service", "Socket", "Timer", "Path", "Mount", "Slice"])
        text = f"[X-Own]\nFoo=1\n[{misspelt(source, kind)}]\nA=1\n"
        for section in (kind, "Unit", "Install"):
            chosen = [misspelt(source, source.choice(keys)) for _ in range(20)]
            text += f"[{section}]\n" + "".join(f"{k}=1\n" for k in chosen if k not in listed.get(section, ()))
        files[f"u{number}.{kind.lower()}"] = text
    written(files, tmp_path)
    said = analyze("verify", *(f"./{name}" for name in files), at=tmp_path).stderr
    theirs = {
        (name, key)
        for name, key, section in re.findall(_UNKNOWN, said)
        if key not in known(section)  # to a newer version
    }
    ours = {
        (name, files[name][each.at.start : each.at.end])
        for name, unit in units(files).items()
        for each in unknown_settings(unit)
    }
    assert theirs == ours
    assert len(ours) > RANDOM


def dumped() -> dict[str, set[str]]:
    """The settings that this machine's systemd has, by section."""
    listed: dict[str, set[str]] = {}
    for line in configuration_items().splitlines():
        if line.startswith("["):
            keys = listed.setdefault(line.strip("[]"), set())
        elif "=" in line:
            keys.add(line.partition("=")[0])
    return listed


def misspelt(source: random.Random, key: str) -> str:
    at = source.randrange(1, len(key))
    return source.choice(
        [key, key[:at] + key[at - 1 :], key[:at] + key[at + 1 :], key[:at] + key[at:].swapcase(), key + "s"]
    )


def unit(source: random.Random, section: str = "Service") -> str:
    early = source.choice(["", "", "", "DefaultDependencies=no\n", "DefaultDependencies=maybe\n"])
    started = "ExecStart=/bin/true\n" if section == "Service" else "ListenStream=80\n"
    return f"[Unit]\n{early}{settings(source, source.randint(0, 25), section)}{started}"


def settings(source: random.Random, count: int, section: str = "Service") -> str:
    lines = []
    for _ in range(count):
        key = source.choice(list(VALUES))
        value = " ".join(source.choice(VALUES[key]) for _ in range(source.choice(COUNTS.get(key, [1]))))
        lines.append(f"{key}={source.choice(SIGNS.get(key, ['']))}{value}\n")
    return f"[{section}]\n{''.join(lines)}"


BOOLEANS = ["yes", "no", "true", "1", "off", "ON", "t", "y", "f", "maybe", "", "yes"]
CAPABILITIES = [
    "CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE", "CAP_SETUID", "CAP_SETGID", "cap_chown",
    "CAP_BPF", "CAP_SYSLOG", "CAP_MKNOD", "CAP_SYS_TIME", "CAP_NONSENSE", "SYS_ADMIN", "7", "21",
    "CAP_AUDIT_WRITE", "CAP_DAC_OVERRIDE", "CAP_KILL", "CAP_SYS_RESOURCE", "CAP_WAKE_ALARM",
    "CAP_SYS_MODULE", "CAP_LEASE", '"CAP_FOWNER"',
]  # fmt: skip
CALLS = [
    "@system-service", "@clock", "@debug", "@mount", "@swap", "@obsolete", "@privileged", "@resources",
    "@known", "@reboot", "@raw-io", "@module", "@cpu-emulation", "@default", "@basic-io", "@setuid",
    "@nonsense", "@chown", "chown", "mount", "reboot", "swapon", "ptrace", "nonsense", "futex",
    "kexec_load", "@clock:EPERM", "chroot:13", "@mount:kill", "chown:NONSENSE", "setuid:99999",
    "personality",
]  # fmt: skip
ADDRESSES = [
    "any", "localhost", "link-local", "multicast", "10.0.0.0/8", "127.0.0.1", "0.0.0.0/0", "::/0",
    "::1", "1.2.3.4/0", "nonsense", "127.0.0.0/8", "fe80::/64",
]  # fmt: skip
VALUES: dict[str, list[str]] = {
    **dict.fromkeys(
        (
            "DynamicUser", "PrivateDevices", "PrivateMounts", "PrivateNetwork", "PrivateTmp", "PrivateUsers",
            "ProtectControlGroups", "ProtectKernelModules", "ProtectKernelTunables", "ProtectKernelLogs",
            "ProtectClock", "ProtectHostname", "LockPersonality", "MemoryDenyWriteExecute", "NoNewPrivileges",
            "RemoveIPC", "RestrictRealtime", "RestrictSUIDSGID", "Delegate",
        ),
        BOOLEANS,
    ),
    "User": ["root", "0", "nobody", "www-data", "1000", "", "%p"],
    "SupplementaryGroups": ["", "audio", "audio video"],
    "ProtectHome": [*BOOLEANS, "read-only", "tmpfs", "strict"],
    "ProtectSystem": [*BOOLEANS, "full", "strict", "STRICT"],
    "ProtectProc": ["default", "noaccess", "invisible", "ptraceable", "", "none"],
    "ProcSubset": ["all", "pid", "", "x"],
    "KeyringMode": ["inherit", "private", "shared", "", "x"],
    "NotifyAccess": ["none", "main", "exec", "all", "", "x"],
    "Type": ["simple", "notify"],
    "UMask": ["0022", "077", "0", "7777", "27", "", "9", "0002", "0o27", "10000"],
    "RootDirectory": ["/", "/srv/x", "", "srv", "/."],
    "RootImage": ["/x.img", ""],
    "RestrictNamespaces": [*BOOLEANS, "user", "mnt", "ipc net", "pid uts", "cgroup nonsense", "user mnt pid"],
    "RestrictAddressFamilies": [
        "AF_INET", "AF_INET6", "AF_UNIX", "AF_LOCAL", "AF_NETLINK", "AF_ROUTE", "AF_PACKET", "AF_CAN", "none",
        "", "AF_UNSPEC", "AF_NONSENSE", "INET", "AF_VSOCK",
    ],
    "SystemCallArchitectures": ["native", "x86", "x86-64", "", "nonsense", "arm64"],
    "SystemCallFilter": CALLS,
    "CapabilityBoundingSet": CAPABILITIES,
    "AmbientCapabilities": CAPABILITIES,
    "IPAddressAllow": ADDRESSES,
    "IPAddressDeny": ADDRESSES,
    "IPIngressFilterPath": ["/sys/fs/bpf/x", ""],
    "DevicePolicy": ["auto", "closed", "strict", "", "x"],
    "DeviceAllow": ["/dev/null rw", "char-tty", "block-* r", "", "/etc/passwd r", "/dev/sda x", "/dev/kvm"],
    "LoadCredentialEncrypted": ["a:/etc/a", ""],
}  # fmt: skip
SEVERAL = [0, 1, 1, 2, 3]
COUNTS = dict.fromkeys(
    (
        "RestrictAddressFamilies", "SystemCallArchitectures", "SystemCallFilter", "CapabilityBoundingSet",
        "AmbientCapabilities", "IPAddressAllow", "IPAddressDeny",
    ),
    SEVERAL,
)  # fmt: skip
SIGNED = ["", "", "~"]
SIGNS = dict.fromkeys(
    (
        "RestrictAddressFamilies", "SystemCallFilter", "CapabilityBoundingSet", "AmbientCapabilities",
        "RestrictNamespaces",
    ),
    SIGNED,
)  # fmt: skip
