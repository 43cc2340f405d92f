"""Firewall that lets in what no rule is about

Where the last word of the INPUT chain is to accept, every program that starts to listen is reachable by
everybody, whoever started it. Let the policy be DROP, or end the chain with a rule that drops the rest.

```text rules.v4
*filter
:INPUT ACCEPT [0:0]  #! lets in whatever no rule is about
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp --dport 5432 -j DROP
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -j REJECT
COMMIT
```

The policy alone says nothing: the chain is asked about a port that no rule mentions.
"""

from compolint.api import (
    Chain,
    Fix,
    Problem,
    Problems,
    Severity,
    World,
    check,
    decides,
    is_in_words,
    open_by_default,
)


@check(
    Severity.CRITICAL,
    clauses="C15 C4",
    cwe=(276, 284),
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
    absolute=True,
    when="hook:input",
)
def default_accept(chain: Chain, world: World) -> Problems:
    if chain.hook != "input" or chain.kind != "filter" or chain.priority != 0:
        return
    if is_in_words(chain.policy) or chain.policy != "accept":
        return  # of a part of a listing, or of commands that only add rules, nothing is said
    if not decides(chain, world):
        return  # it limits rates, beside whatever decides
    answer = open_by_default(chain, world)
    if answer and answer.answer == "open":
        yield Problem(
            f"{chain} lets in whatever no rule is about",
            at=chain.at("policy"),
            notes=answer.because[1:],
            fix=Fix("make its policy DROP, after the rules for what shall come in"),
        )
