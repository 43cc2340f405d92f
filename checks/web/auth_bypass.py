"""Way around a password

The server asks who comes for some of the requests, and hands others on that lead to the same place: `/admin`
is asked for and `/admin/users` is not, or the question comes after the answer. Write the matcher so that it
holds for all that is to be guarded (`/admin*`), and the guard before what it guards.

```caddy Caddyfile
shop.example.org {
    basic_auth /admin {  #! shop.example.org asks who comes for /admin, and not for what is below
        me $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG
    }
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    basic_auth /admin* {
        me $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG
    }
    reverse_proxy app:3000
}
```

What is left open on purpose, such as a path for health checks, is none.
"""

from compolint.api import Fix, Guard, Location, Note, Problem, Problems, Severity, World, check

_SAYS = {
    "exact": "for {path}, and not for what is below",
    "late": "after it has answered",
    "methods": "for some methods of {path}, and not for the others",
    "beside": "for {path}, and lets requests for {passing} past",
}


@check(
    Severity.MEDIUM,
    clauses="C3",
    cwe=(288, 863),
    references=("https://caddyserver.com/docs/caddyfile/directives#directive-order",),
    when="passes",
)
def auth_bypass(guard: Guard, world: World) -> Problems:
    passing = [each for key in guard.passes if (each := world.get(Location, key))]
    if passing:
        says = _SAYS[guard.gap or "beside"].format(path=guard.path, passing=passing[0].path)
        yield Problem(
            f"{guard.name} asks who comes {says}",
            at=guard.span,
            notes=tuple(Note("these requests are answered here", each.span) for each in passing[:3]),
            fix=Fix("let the guard hold for all that leads there, and stand before it"),
        )
