"""Public site that does not insist on HTTPS

A browser that is sent to `http://` asks there first, and somebody in between can answer in the place of
the server, before any redirect. `Strict-Transport-Security` makes browsers ask by HTTPS only, from the
first visit on. Send it from every site that is on the internet by HTTPS, with `always`.

```nginx nginx.conf
events {}
http {
  server_tokens off;
  server {
    listen 443 ssl;
    server_name example.com;  #! example.com never tells browsers to insist on HTTPS
    root /srv/www;
  }
}
```

## Instead

```nginx nginx.conf
events {}
http {
  server_tokens off;
  server {
    listen 443 ssl;
    server_name example.com;
    add_header Strict-Transport-Security "max-age=63072000" always;
    root /srv/www;
  }
}
```
"""

from compolint.api import Fix, Header, Location, Problem, Problems, Severity, Site, WebServer, World, check

_HEADER = "strict-transport-security"


@check(
    Severity.LOW,
    hardening=True,
    cwe=(319, 523),
    references=("https://www.rfc-editor.org/rfc/rfc6797",),
    when="tls",
)
def missing_hsts(site: Site, world: World) -> Problems:
    if site.redirects or site.rejects or not site.is_complete or not site.is_public:
        return
    server = world.get(WebServer, site.owner)
    if not server or not server.is_whole or not server.is_complete or _is_set(site, world):
        return
    if site.tls:
        yield Problem(
            f"{site.name} never tells browsers to insist on HTTPS",
            at=site.span,
            fix=Fix('add `Strict-Transport-Security "max-age=63072000"`'),
        )


def _is_set(site: Site, world: World) -> bool:
    """Whether some location of the site sends the header, or hands on one of its backend's."""
    for location in world.owned(Location, site.key):
        said = {header.name.lower() for header in world.owned(Header, location.key)}
        if _HEADER in location.answers or _HEADER in said:
            return True
    return False
