"""Folder that should not be on the web

All that is in the folder can be fetched by whoever knows or guesses its name: `.env` with the passwords,
`.git` with all that ever was in the repository, the keys in a home, the hashes in `/etc`. Put what is to be
served in a folder of its own, such as `public` or `/srv/site`, and name that one.

```caddy Caddyfile
home.example.org {
    root * /home/me  #! home.example.org serves the keys and start-up files of a home
    file_server
}
```

## Instead

```caddy Caddyfile
home.example.org {
    root * /home/me/public
    file_server
}
```

A file server to which no folder is named serves the one that the program happens to be started in, which for
a service of systemd is `/`; it is reported with medium severity.
"""

from compolint.api import (
    Fix,
    Location,
    Maybe,
    Problem,
    Problems,
    Severity,
    check,
    sensitive_folder,
)


@check(
    Severity.HIGH,
    cwe=(219, 538),
    references=("https://caddyserver.com/docs/caddyfile/directives/file_server",),
    when="serves_files root alias",
)
def sensitive_web_root(location: Location) -> Problems:
    folder = location.root if location.alias is None else location.alias
    if not location.serves_files:
        return
    if folder is None:
        if location.server == "caddy":
            yield Problem(
                f"{location.name} serves the files of the folder that Caddy is started in",
                at=location.span,
                fix=Fix("name the folder: root * /srv/site"),
                severity=Severity.MEDIUM,
            )
        return
    secret = next((name for name in location.hidden if name.startswith((".env", ".git"))), None)
    what = secret or _what(folder)
    if what:
        yield Problem(
            f"{location.name} serves {what}",
            at=location.at("root" if location.alias is None else "alias"),
            fix=Fix("name a folder that has only what is to be served"),
        )


def _what(folder: Maybe[str]) -> str | None:
    if folder == "/":
        return None  # which is told by `root-at-filesystem-root`
    row = sensitive_folder(folder if not isinstance(folder, str) else folder.rstrip("/"))
    return row.what if row else None
