"""Traefik's middlewares, as the labels of all containers declare them together."""

from collections.abc import Iterable, Mapping

from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_PREFIX = "traefik.http.middlewares."
# https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/
_ASKING = frozenset({"basicauth", "digestauth", "forwardauth"})
_RESTRICTING = frozenset({"ipallowlist", "ipwhitelist"})


class Middlewares:
    """What the middlewares of a project do, by name: a name counts for all containers."""

    def __init__(self, labels: Iterable[Mapping[str, Maybe[str]]]) -> None:
        self._kinds: dict[str, set[str]] = {}
        self._chains: dict[str, list[Maybe[str]]] = {}
        for label, value in ((name.lower(), value) for each in labels for name, value in each.items()):
            if label.startswith(_PREFIX):
                name, _, rest = label.removeprefix(_PREFIX).partition(".")
                kind = "chain" if rest == "chain.middlewares" else rest.partition(".")[0]
                self._kinds.setdefault(name, set()).add("forwardauth" if _asks(rest) else kind)
                if kind == "chain":
                    self._chains.setdefault(name, []).append(value)

    def guard(self, names: Maybe[str], at: Span) -> Maybe[bool]:
        """Whether one of a router's middlewares asks who the client is, or where it comes from.

        One that no label declares may do so: a file or another project can declare it.
        """
        waiting, seen = [names], set[str]()
        doubt: Unknown | None = None
        while waiting:
            text = waiting.pop()
            if isinstance(text, Unknown):
                doubt = text if doubt is None else doubt
                continue
            for name in (each.strip().lower() for each in text.split(",")):
                own = name.removesuffix("@docker")
                if not own or own in seen:
                    continue
                seen.add(own)
                kinds = self._kinds.get(own)
                if kinds is None:
                    doubt = Unknown(f"the middleware {name}", at) if doubt is None else doubt
                elif kinds & (_ASKING | _RESTRICTING):
                    return True
                waiting += self._chains.get(own, ())
        return False if doubt is None else doubt


def _asks(rest: str) -> bool:
    """Whether it is a plugin for OpenID Connect and the like, of which only the name tells."""
    return rest.startswith("plugin.") and any(word in rest for word in ("auth", "oidc", "crowdsec"))
