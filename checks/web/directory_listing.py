"""Folders that show all of their files

Whoever opens a folder sees what is in it: the backup that was left there, the file that was renamed to keep a
copy, names that nobody could guess. Crawlers find such lists within days. Take the setting away, or let a
password or a list of addresses guard it.

```caddy Caddyfile
files.example.org {
    root * /srv/files
    file_server browse  #! files.example.org lists the files of its folders
}
```

## Instead

```caddy Caddyfile
files.example.org {
    root * /srv/files
    file_server
}
```

Lists that only some may see are none, and neither are those of a site that only the host itself reaches.
"""

from compolint.api import Fix, Location, Problem, Problems, Severity, Site, World, check, is_exposed


@check(
    Severity.MEDIUM,
    cwe=(548,),
    references=("https://caddyserver.com/docs/caddyfile/directives/file_server#browse",),
    when="listing",
)
def directory_listing(location: Location, world: World) -> Problems:
    if location.internal or location.access.is_limited or location.listing is False:
        return
    site = world.get(Site, location.owner)
    if site is None or not is_exposed(site, world) or location.access.authentication:
        return
    if location.listing:
        yield Problem(
            f"{location.name} lists the files of its folders",
            at=location.at("listing"),
            fix=Fix("take the setting away, or ask who comes"),
        )
