"""Jail of fail2ban that does not hold for containers

fail2ban puts the addresses that it bans into the INPUT chain, and what Docker forwards to a container
never gets there. Whoever guesses passwords of a service in a container is banned in the log, and goes on
guessing. Set `chain = DOCKER-USER` for the jail.

```ini etc/fail2ban/jail.local
[vaultwarden]
enabled = true
port = 8081  #! vaultwarden is behind this port
filter = vaultwarden
logpath = /srv/vaultwarden/vaultwarden.log
```
```yaml compose.yaml
services:
  vaultwarden:
    image: vaultwarden/server:1.34.3
    ports: ["8081:80"]
```

## Instead

```ini etc/fail2ban/jail.local
[vaultwarden]
enabled = true
port = 80
chain = DOCKER-USER
filter = vaultwarden
logpath = /srv/vaultwarden/vaultwarden.log
```
```yaml compose.yaml
services:
  vaultwarden:
    image: vaultwarden/server:1.34.3
    ports: ["8081:80"]
```

A jail without a port of its own is left alone, as is one for a program of the host that listens there.
"""

from compolint.api import Fix, Listener, Ports, Problem, Problems, Setting, Severity, World, assume, check

_NAMES = {"http": 80, "https": 443, "smtp": 25, "submission": 587, "imap": 143, "imaps": 993, "pop3s": 995}


@check(
    Severity.MEDIUM,
    clauses="C4",
    cwe=(307,),
    references=("https://manpages.debian.org/bookworm/fail2ban/jail.conf.5.en.html",),
    when="scope:fail2ban",
)
def ban_misses_containers(setting: Setting, world: World) -> Problems:
    if setting.scope != "fail2ban" or setting.name != "port" or setting.section in ("sshd", "ssh", "DEFAULT"):
        return
    said = {
        each.name: assume(each.value, "<")  # one that is not known may be the right one
        for section in ("DEFAULT", setting.section)
        for each in world.where(Setting, "section", section)
        if each.scope == "fail2ban"
    }
    if said.get("enabled", "").lower() not in ("true", "yes", "1", "on") or _is_for_containers(said):
        return
    numbers = set(_numbers(assume(setting.value, "")))  # no port is taken for one
    behind = [each for each in world.of(Listener) if _is_one(each, numbers)]
    if behind and all(each.origin == "published" for each in behind):
        yield Problem(
            f"{behind[0].name} is behind this port in a container, where a ban in INPUT has no effect",
            at=setting.at("value"),
            fix=Fix("add `chain = DOCKER-USER`, and name the port inside the container"),
        )


def _is_for_containers(said: dict[str, str]) -> bool:
    actions = " ".join(said.get(name, "") for name in ("chain", "banaction", "banaction_allports", "action"))
    return any(word in actions for word in ("DOCKER", "FORWARD", "docker", "cloudflare", "crowdsec", "<"))


def _numbers(text: str) -> list[int]:
    words = text.lower().replace(",", " ").split()
    return [_NAMES.get(word) or int(word) for word in words if word in _NAMES or word.isdecimal()]


def _is_one(listener: Listener, numbers: set[int]) -> bool:
    return isinstance(listener.ports, Ports) and any(number in listener.ports for number in numbers)
