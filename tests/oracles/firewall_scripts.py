"""Scripts at random for the firewall oracle, and what the machine has after it has run them."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.oracles import iptables

RULES = (
    "-p tcp --dport 22 -j ACCEPT", "-i lo -j ACCEPT", "-s 10.0.0.0/8 -j DROP", "-p udp --dport 53 -j ACCEPT",
    "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT", "-p tcp -m multiport --dports 80,443 -j ACCEPT",
    "-i eth0 -p tcp --dport 5432 -j REJECT", "-j LOG --log-prefix x", "-j mine",
    "-d 192.168.0.0/16 -j RETURN",
)  # fmt: skip
REFUSED = ("-i eth0 -i lo -j DROP", "--dport 22 -j ACCEPT", "-p tcp --dport 90:80 -j DROP", "-j nowhere")
UFW = (
    "allow 22/tcp", "allow ssh", "limit ssh/tcp", "allow OpenSSH", "deny 23", "allow 80,443/tcp",
    "allow from 10.0.0.0/8", "allow from 10.0.0.0/8 to any port 5432 proto tcp comment 'db'",
    "allow in on eth0 to any port 8080 proto tcp", "deny out 25/tcp", "allow out on eth1",
    "reject from 192.0.2.0/24 to any port 80", "allow 6000:6010/udp", "allow in on tailscale0",
    "allow proto tcp from any port 1024:65535 to any port 9000", "allow domain", "allow https",
    "route allow in on eth0 out on docker0 to 172.17.0.2 port 80 proto tcp", "route deny from 10.9.0.0/16",
    "allow log 2222/tcp", "allow from 2001:db8::/32 to any port 443", "deny 22/tcp", "allow 22",
    "default deny incoming", "default reject", "default allow outgoing", "default allow routed",
    "delete allow 22/tcp", "delete deny 23", "--force delete 1", "insert 1 deny from 203.0.113.9",
    "delete allow ssh",
    "prepend deny from 198.51.100.7", "reload", "status", "logging off", "allow 3000:4000", "allow 22/tpc",
    "allow to 10.0.0.1 port 53", "frobnicate", "allow 22 23", "allow WWW",
)  # fmt: skip


PROFILE = "[OpenSSH]\ntitle=shell\ndescription=shell\nports=22/tcp\n"


def of_iptables(seed: int, number: int = 25) -> str:
    """A script of commands of iptables that leaves nothing open."""
    chance = random.Random(seed)
    lines = [
        "iptables -F; iptables -X",
        "iptables -N mine",
        "IPT='iptables -w'",
        'add() { local chain="$1"; shift; $IPT -A "$chain" "$@"; }',
    ]
    lines += [part for _ in range(number) for part in _some(chance)]
    return "#!/bin/bash\n" + "\n".join(lines) + "\n"


def _some(chance: random.Random) -> Iterator[str]:
    chain = chance.choice(("INPUT", "INPUT", "FORWARD", "OUTPUT", "mine"))
    rules = [
        rule
        for rule in RULES
        if not (chain == "mine" and "mine" in rule) and not ("-i" in rule and chain == "OUTPUT")
    ]
    rule = chance.choice(rules)
    match chance.randrange(18):
        case 0 | 1 | 2:
            yield f"iptables -A {chain} {rule}"
        case 3:
            yield f"$IPT -I {chain} {rule}"
        case 4:
            yield f"iptables -I {chain} {chance.randint(1, 3)} {rule}"
        case 5:
            yield f"iptables -D {chain} {chance.randint(1, 3)} || true"
        case 6:
            yield f"iptables -D {chain} {rule} 2>/dev/null"
        case 7:
            yield f"iptables -R {chain} 1 {rule}"
        case 8:
            yield f"iptables -C {chain} {rule} 2>/dev/null || iptables -A {chain} {rule}"
        case 9:
            yield f"if ! iptables -C {chain} {rule} 2>/dev/null; then\n  iptables -I {chain} {rule}\nfi"
        case 10:
            ports = f"{chance.randint(1, 90)} {{100..102}}"
            yield f'for p in {ports}; do iptables -A {chain} -p tcp --dport "$p" -j ACCEPT; done'
        case 11:
            yield f"add {chain} {rule}"
        case 12:
            hook = chance.choice(("INPUT", "FORWARD", "OUTPUT"))
            yield f"iptables -P {hook} {chance.choice(('DROP', 'ACCEPT'))}"
        case 13:
            yield f"while iptables -D {chain} {rule} 2>/dev/null; do :; done"
        case 14:
            yield f"iptables -A {chain} {chance.choice(REFUSED)} || iptables -A {chain} {rule}"
        case 15:
            hook = chance.choice(("INPUT", "FORWARD"))
            yield f"ip6tables -A {hook} -p tcp --dport {chance.randint(1, 99)} -j ACCEPT"
        case 16:
            port = chance.randint(1, 99)
            rule = f"-A {chain} -p udp --dport $PORT -j DROP"
            yield f"PORT={port}\niptables-restore -n <<EOF\n*filter\n{rule}\nCOMMIT\nEOF"
        case 17:
            yield chance.choice(
                (f"iptables -F {chain}", f"[ {chance.randint(0, 1)} -eq 1 ] && iptables -F {chain}")
            )


def of_ufw(seed: int, number: int = 18) -> str:
    """A script of commands of UFW."""
    chance = random.Random(seed)
    lines = [f"ufw {chance.choice(UFW)}" for _ in range(number)]
    lines.append('for port in 81 82; do ufw allow "$port/tcp"; done')
    if chance.random() < 0.3:
        lines.insert(chance.randrange(number), "ufw --force reset")
    lines.insert(chance.randrange(len(lines)), "iptables -A INPUT -p tcp --dport 7 -j DROP")
    lines.insert(chance.randrange(len(lines)), "iptables -I FORWARD -p tcp --dport 7 -j DROP")
    return (
        "#!/bin/sh\n"
        + "\n".join([*lines, "ufw --force enable", *(f"ufw {chance.choice(UFW)}" for _ in range(4))])
        + "\n"
    )


def left(script: str, at: Path, backend: str = "nft") -> dict[str, str]:
    """What `iptables-save` and `ip6tables-save` print after a script, run on a machine that has no rules."""
    programs = at / "bin"
    programs.mkdir()
    for tool in ("iptables", "ip6tables"):
        for part in ("", "-save", "-restore"):
            found = shutil.which(f"{tool}-{backend}{part}", path="/usr/sbin:/sbin") or "/missing"
            programs.joinpath(tool + part).symlink_to(found)
    programs.joinpath("sudo").write_text('#!/bin/sh\nexec "$@"\n')
    programs.joinpath("sudo").chmod(0o755)
    etc = at / "etc"
    shutil.copytree("/etc/ufw", etc / "ufw")
    etc.joinpath("ufw/applications.d/ours").write_text(PROFILE)
    shutil.copytree("/etc/default", etc / "default", symlinks=True)
    at.joinpath("run").mkdir()
    at.joinpath("script").write_text(script)
    commands = [
        "set -e",  # without files of its own a script would change the machine's
        f"mount --bind '{etc}/ufw' /etc/ufw",
        f"mount --bind '{etc}/default' /etc/default",
        f"mount --bind '{at}/run' /run",
        f"PATH='{programs}':$PATH; export PATH; cd '{at}'; set +e",
        "bash script > said 2>&1 < /dev/null",
        *(f"{tool}-save > {tool}-left" for tool in ("iptables", "ip6tables")),
        "echo done",
    ]
    ended = iptables.shell("\n".join(commands), f"iptables-{backend}", "ufw", private_files=True)
    if ended.strip() != "done":
        raise AssertionError("the script could not be run")
    return {tool: at.joinpath(f"{tool}-left").read_text() for tool in ("iptables", "ip6tables")}
