"""Machine that may connect to everybody

Nothing limits what the programs of this machine send. A program that somebody has taken over fetches its
tools from anywhere and sends out what it finds. A list of what the machine needs (names, time, updates, mail
by a relay) stops that, at the price of keeping the list.

```text rules.v4
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]  #! OUTPUT lets the machine connect to everybody
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OUTPUT -p udp -m multiport --dports 53,123 -j ACCEPT
-A OUTPUT -p tcp -m multiport --dports 53,80,443 -j ACCEPT
COMMIT
```

Nearly all machines are set up so; only the profile `strict` asks for more.
"""

from compolint.api import Chain, Fix, Problem, Problems, Severity, World, asked_from, assume, check


@check(
    Severity.INFO,
    clauses="W1",
    cwe=(923,),
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
    when="hook:output",
    profile="strict",
)
def default_egress(chain: Chain, world: World) -> Problems:
    if chain.hook != "output" or chain.kind != "filter" or chain.priority != 0 or 4 not in chain.families:
        return  # what is said of one family is enough
    if assume(chain.policy, "drop") != "accept" or "policy" not in chain.spans:
        return  # of a part of a listing nothing is said, nor of what UFW does unless it is told
    if not any(rule.action.kind in ("drop", "reject", "unknown") for rule in asked_from(chain, world)):
        yield Problem(
            f"{chain} lets the machine connect to everybody",
            at=chain.at("policy"),
            fix=Fix("make its policy DROP, after the rules for what the machine needs"),
        )
