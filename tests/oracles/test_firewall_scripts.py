"""The rules that we read out of scripts, against those that the kernel has after they have been run."""

import os
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from compolint.load import Root, load
from compolint.model import Entity
from compolint.model.firewall import Chain, Firewall, FirewallRule
from compolint.tree import MemoryTree
from compolint.unknown import Unknown
from tests.oracles.firewall_scripts import left, of_iptables, of_ufw
from tests.oracles.test_iptables_reading import Meaning, entities, uncommented

FRESH = random.randrange(1_000_000)
MANY = int(os.environ.get("COMPOLINT_ORACLE_SCRIPTS", "0"))
SCRIPTS = {
    "variables and arrays": r"""
IPT=/usr/sbin/iptables
PORTS="22 80"; LIST=(443 8443); LIST+=(9443)
sudo iptables -F; sudo iptables -P INPUT DROP
for p in $PORTS "${LIST[@]}" 70{0..2}; do iptables -A INPUT -p tcp --dport "$p" -j ACCEPT; done
iptables -A INPUT -s "${NET:-10.0.0.0/8}" -j ACCEPT
SPEC=53/udp; iptables -A INPUT -p "${SPEC#*/}" --dport "${SPEC%/*}" -j ACCEPT
""",
    "functions": r"""
iptables() { command iptables -w "$@"; }
both() { iptables "$@"; ip6tables "$@"; }
allow() {
  local port=$1 from=${2:-0.0.0.0/0}
  [ -n "$port" ] || return 1
  shift
  iptables -A INPUT -p tcp -s "$from" --dport $port -j ACCEPT
}
iptables -F; ip6tables -F
both -A INPUT -i lo -j ACCEPT
allow 22; allow 5432 10.1.0.0/16; allow ''
main() {
  for chain in INPUT FORWARD; do both -P $chain DROP; done
  return
  iptables -F
}
main "$@"
""",
    "heredocs": r"""
P=99
cat > rules <<EOF
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:mine - [0:0]
-A INPUT -p tcp --dport $P -j mine
COMMIT
EOF
iptables-restore < rules
iptables-restore --noflush <<'NAT'
*nat
-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080
COMMIT
NAT
cat rules | ip6tables-restore
iptables -A mine -s 10.0.0.1 -j ACCEPT
""",
    "own chains": r"""
iptables -F; iptables -X
iptables -N mine 2>/dev/null || iptables -F mine
iptables -A mine -j ACCEPT; iptables -F mine; iptables -A mine -s 10.0.0.1 -j RETURN
iptables -N other; iptables -X other; iptables -A other -j DROP
iptables -nL missing >/dev/null 2>&1 || iptables -N missing
if iptables -L INPUT -n | grep -q mine; then :; else iptables -A INPUT -j mine; fi
""",
    "what ends": r"""
iptables -F
if [ 1 -eq 2 ]; then iptables -P INPUT DROP; elif [[ abc == a* ]]; then iptables -P OUTPUT DROP; fi
case tcp in udp) iptables -P FORWARD DROP ;; t*) iptables -A FORWARD -j DROP ;; esac
for p in 1 2 3; do
  [ $p = 2 ] && continue
  [ $p = 3 ] && break
  iptables -A INPUT -p tcp --dport $p -j DROP
done
( iptables -A OUTPUT -d 10.0.0.1 -j ACCEPT; exit 1 ) || iptables -A OUTPUT -d 10.0.0.2 -j ACCEPT
bash -c 'iptables -A OUTPUT -d 10.0.0.3 -j ACCEPT'
eval "iptables -A OUTPUT -d 10.0.0.4 -j ACCEPT"
exit 0
iptables -F
""",
    "before and behind UFW": r"""
iptables -A INPUT -p tcp --dport 1 -j ACCEPT
ufw allow 22/tcp
yes | ufw enable
iptables -A INPUT -p tcp --dport 2 -j ACCEPT
ufw default reject incoming
ufw deny 80
""",
    "the files of UFW": r"""
sed -i 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="ACCEPT"/' /etc/default/ufw
cat >> /etc/ufw/after.rules <<'EOF'
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -s 10.8.0.0/24 -j MASQUERADE
COMMIT
EOF
ufw status | grep -q 22 || ufw allow 22
ufw --force enable
""",
    "UFW off again": "ufw allow 22; ufw --force enable; ufw disable; iptables -A INPUT -j DROP\n",
}


def read(script: str) -> list[Entity]:
    return list(load(MemoryTree({"setup.sh": script}), Root("script", ("setup.sh",))).entities)


def rules(found: Iterable[Entity]) -> Meaning:
    return {key: said for key, said in uncommented(found).items() if said}


def policies(found: Iterable[Entity]) -> dict[tuple[object, ...], object]:
    """Of the chains that are said to have one."""
    return {
        (chain.families, chain.table, chain.name): chain.policy
        for chain in found
        if isinstance(chain, Chain) and chain.hook and not isinstance(chain.policy, Unknown)
    }


def compare(script: str, at: Path, backend: str) -> None:
    said = left(script, at, backend)
    found = read(script)
    ours = switched_on(found)
    theirs = [*entities(said["iptables"], "a.v4"), *entities(said["ip6tables"], "a.v6")]
    open_ones = [rule.text for rule in ours if isinstance(rule, FirewallRule) and rule.looks_at("maybe")]
    assert not open_ones, script
    of_ours, of_theirs = rules(ours), rules(theirs)
    for key in of_ours.keys() | of_theirs.keys():
        if "logging" not in str(key[2]) and not str(key[2]).endswith(("-not-local", "-user-limit")):
            mine, real = (heard(each.get(key, [])) for each in (of_ours, of_theirs))
            if len(ours) < len(found):  # UFW leaves its chains behind, and nothing in them
                real = [rule for rule in real if "ufw" not in repr(rule)]
            assert mine == real, (key, script)
    known = policies(theirs)
    for chain, policy in policies(ours).items():
        assert known.get(chain, "accept") == policy, (chain, script)


def heard(said: Iterable[object]) -> list[object]:
    """Without what UFW only logs, and its kinds of ICMP, which are one to us."""
    rest = [rule for rule in said if not any(part in repr(rule) for part in ("-logging-", "icmp", "'hl'"))]
    return [rule for rule in rest if "'rt'" not in repr(rule) and "('never'" not in repr(rule)]


def switched_on(found: list[Entity]) -> list[Entity]:
    """Without the chains of a UFW that is off."""
    off = {each.key for each in found if isinstance(each, Firewall) and each.enabled is False}
    return [each for each in found if getattr(each, "firewall", "") not in off]


@pytest.mark.parametrize("backend", ["nft", "legacy"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_leaves_the_rules_that_we_read_in_it(name: str, backend: str, tmp_path: Path) -> None:
    if "UFW" in name and backend == "legacy":
        pytest.skip("UFW takes the machine's own iptables")
    compare(SCRIPTS[name], tmp_path, backend)


@pytest.mark.parametrize("seed", [*range(8), pytest.param(FRESH, id="fresh"), *range(1_000, 1_000 + MANY)])
def test_a_script_of_iptables_at_random(seed: int, tmp_path: Path) -> None:
    compare(of_iptables(seed), tmp_path, "nft" if seed % 2 else "legacy")


@pytest.mark.parametrize(
    "seed", [*range(4), pytest.param(FRESH, id="fresh"), *range(1_000, 1_000 + MANY // 4)]
)
def test_a_script_of_ufw_at_random(seed: int, tmp_path: Path) -> None:
    compare(of_ufw(seed), tmp_path, "nft")
