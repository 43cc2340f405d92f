"""Firewall that is switched off

A firewall whose rules are written but not loaded lets everything through. Switch it on, after a rule that
lets you in yourself.

```text ufw-status.txt
Status: inactive  #! ufw is switched off
```

## Instead

```text ufw-status.txt
Status: active

To                         Action      From
--                         ------      ----
22/tcp on tailscale0       ALLOW       Anywhere
```
"""

from compolint.api import Firewall, Fix, Problem, Problems, Severity, check, is_in_words


@check(
    Severity.CRITICAL,
    clauses="C15 C4",
    cwe=(284,),
    references=("https://manpages.debian.org/bookworm/ufw/ufw.8.en.html",),
    absolute=True,
    when="enabled",
)
def firewall_disabled(firewall: Firewall) -> Problems:
    # Commands that leave a switch alone, or ask first, switch nothing off.
    if not is_in_words(firewall.enabled) and firewall.enabled == False:  # noqa: E712
        yield Problem(
            f"{firewall.tool} is switched off, so that none of its rules holds",
            at=firewall.at("enabled"),
            fix=Fix("switch it on, after allowing the way by which you come in yourself"),
        )
