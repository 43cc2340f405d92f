"""The servers of Nginx: names, sockets, certificates."""

import re
from typing import Literal

from compolint.load.nginx.access import asked
from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.headers import redirect
from compolint.load.nginx.listens import Listen, listen, unstated
from compolint.load.nginx.locations import Location, location
from compolint.load.nginx.places import Places
from compolint.load.nginx.reading import Reading, as_written, via
from compolint.load.nginx.upstreams import PASSING, upstreams
from compolint.load.nginx.variables import mentioned
from compolint.model.listener import Listener
from compolint.model.web import Site
from compolint.pattern import pattern
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_CONTEXTS = ("http", "stream", "mail", "")
_REFUSALS = ("4", "5")
# ### include conf.d/include/force-ssl.conf   snippets/redirect-to-https.conf ###
_MOVING = pattern(r"force|redirect|(?:to|2)[-_]?(?:https|ssl)|https[-_]only", re.I)
_ABOUT_TLS = frozenset(("https", "http_x_forwarded_proto", "scheme", "server_port", "ssl_protocol"))


def sites(reading: Reading) -> None:
    """All servers: those that pass on requests, those of `stream` that pass on connections, and of `mail`."""
    taken: set[tuple[str, str]] = set()  # sockets with a server already, which is the default one
    for statement in reading.configuration.named("server"):
        if statement.block is not None and statement.context in _CONTEXTS:
            _Server(reading, statement, taken).read()


class _Server:
    def __init__(self, reading: Reading, block: Statement, taken: set[tuple[str, str]]) -> None:
        self._reading, self._block, self._taken = reading, block, taken
        self._is_stream = block.context == "stream"
        self._speaks_http = block.context not in ("stream", "mail")
        self._spans: dict[str, Span] = {}
        self._listens = self._opened()
        self._names = [word for each in reading.scope.own(block, "server_name") for word in each.arguments]
        self._name = self._called()
        kind = "server" if self._speaks_http else block.context
        ports = f":{self._listens[0].ports}" if self._listens else ""
        self._key = reading.unique(f"{reading.key}!{kind}.{self._name.removesuffix(ports)}{ports}")

    def read(self) -> None:
        site = self._site()
        self._reading.found.append(site)
        if site.is_default is not True and site.hosts and all(map(_is_literal, site.hosts)):
            self._reading.variables.named.add(self._block)
        self._listeners()
        if self._is_stream:
            upstreams(self._reading, self._block, self._key, self._name, is_stream=True)
        elif self._speaks_http:
            Places(self._reading, self._block, self._key, self._name).read()

    def _opened(self) -> list[Listen]:
        statements = self._reading.scope.own(self._block, "listen")
        found = [opened for each in statements if (opened := listen(each))]
        if not statements and not self._block.gaps and self._speaks_http:
            found.append(unstated(self._block))
        return found

    def _called(self) -> str:
        for word in self._names:
            if word.text not in ("", "_", "localhost") and word.text[:1] != "~":
                return word.text
        if self._names and self._names[0].text == "localhost":
            return "localhost"
        return next((_shown(each) for each in self._listens), "server")

    def _site(self) -> Site:
        block, reading = self._block, self._reading
        # A server of `mail` tells its name to others, and is asked for none.
        counted = [word for word in self._names if word.text not in ("", "_") and block.context != "mail"]
        hosts = tuple(map(as_written, counted))
        self._spans |= {f"hosts.{number}": word.span for number, word in enumerate(counted)}
        for each in self._listens:
            if each.is_stated:
                self._spans.setdefault("listen", each.at)
        tls, plain = self._tls()
        redirects, rejects = self._sends_away() if self._speaks_http else (False, False)
        ciphers = reading.last(block, "ssl_ciphers") if tls is not False else None
        if ciphers:
            self._spans["ciphers"] = ciphers.span
        return Site(
            key=self._key,
            span=self._names[0].span if self._names else block.directive.name_span,
            spans=self._spans,
            via=via((block, *reading.scope.own(block, "listen", "server_name"))),
            owner=reading.key,
            server="nginx",
            name=self._name,
            hosts=hosts,
            access=asked(reading, block).access if self._is_stream else None,
            tls=tls,
            plain=plain,
            protocols=self._protocols(tls),
            ciphers=as_written(ciphers) if ciphers else None,
            client_certificate=self._client_certificate(),
            redirects=redirects,
            rejects=rejects,
            is_default=self._is_default(),
            is_complete=not block.gaps and not (block.parent and block.parent.gaps),
        )

    def _tls(self) -> tuple[Maybe[bool], Maybe[bool]]:
        """Whether it speaks TLS on some socket, and HTTP without on some."""
        secure = next((each.at for each in self._listens if each.is_tls), None)
        is_on, at = self._reading.is_on(self._block, "ssl")
        if place := secure or at:
            self._spans["tls"] = place
        if is_on is not None and at and is_on is not False:
            return is_on, False
        is_plain = any(not each.is_tls for each in self._listens)
        return secure is not None, is_plain and not self._moves_to_tls()

    def _moves_to_tls(self) -> bool:
        """Whether requests without TLS are sent away: ### if ($scheme = http) { return 301 https://… } ###

        A file that is not here and is called so does that.
        """
        if any(_MOVING.search(self._reading.text(gap)) for gap in self._block.gaps):
            return True
        return any(
            not _ABOUT_TLS.isdisjoint(mentioned(" ".join(condition.texts)))
            and any(redirect(each) for each in condition.named("return", "rewrite"))
            for condition in self._reading.scope.own(self._block, "if")
        )

    def _protocols(self, tls: Maybe[bool]) -> tuple[Maybe[str], ...] | None:
        if tls is False:
            return None  # what holds around counts for others
        held = self._reading.held(self._block, "ssl_protocols")
        words = [word for each in held.statements for word in each.arguments]
        self._spans |= {f"protocols.{number}": word.span for number, word in enumerate(words)}
        if words:
            self._spans["protocols"] = held.statements[0].head
        return tuple(map(as_written, words)) if words else None

    def _client_certificate(self) -> Literal["", "requested", "verified"]:
        word = self._reading.last(self._block, "ssl_verify_client")
        if word is None or word.text == "off":
            return ""
        self._spans["client_certificate"] = word.span
        if word.text == "on":
            return "verified"
        return "verified" if self._reading.asks_for_verdict else "requested"

    def _sends_away(self) -> tuple[bool, bool]:
        """Whether all requests are sent elsewhere, and whether all are refused."""
        scope, block = self._reading.scope, self._block
        word = self._reading.last(block, "ssl_reject_handshake")
        if word is not None and word.text == "on":
            return False, True
        inside = [(each, found) for each in block.named("location") if (found := location(each))]
        whole = [each for each, found in inside if found.path == "/" and found.modifier in ("", "^~")]
        levels = [block, *whole[:1]]
        answers = [each for level in levels for each in scope.own(level, "return")]
        moves = [each for level in levels for each in scope.own(level, "rewrite")]
        conditions = [each for level in levels for each in scope.own(level, "if")]
        conditional = [each for level in conditions for each in scope.own(level, "return")]
        if not scope.own(block, "return") and any(self._has_content(*each) for each in inside):
            return False, False
        if any(redirect(each) for each in answers) or any(_moves_all(each) for each in moves):
            return True, False
        refuses = bool(answers) and all(each.texts and each.texts[0][:1] in _REFUSALS for each in answers)
        if refuses and any(redirect(each) for each in conditional):
            return True, False
        return False, refuses

    def _has_content(self, block: Statement, found: Location) -> bool:
        """Whether a location hands out more than what authorities ask for to prove a name."""
        if found.modifier == "@" or "well-known" in found.path:
            return False
        return bool(self._reading.scope.own(block, *PASSING, "root", "alias", "try_files"))

    def _is_default(self) -> bool | None:
        sockets = {(str(each.address), str(each.ports)) for each in self._listens}
        is_first = bool(sockets - self._taken)
        self._taken |= sockets
        if any(each.is_default for each in self._listens):
            return True
        return is_first if self._reading.configuration.is_whole else None

    def _listeners(self) -> None:
        seen: set[tuple[str, str, str]] = set()
        for each in self._listens:
            socket = str(each.address), str(each.ports), each.protocol
            if socket in seen:
                continue
            seen.add(socket)
            shown = each.address if isinstance(each.address, Unknown) else each.address.text or "*"
            self._reading.found.append(
                Listener(
                    key=self._reading.unique(f"{self._key}:{shown}:{each.ports}/{each.protocol}"),
                    span=each.at,
                    spans={"address": each.at, "ports": each.at},
                    owner=self._key,
                    name=self._name,
                    address=each.address,
                    ports=each.ports,
                    protocol=each.protocol,
                    origin="socket",
                    project=self._reading.key,
                    web_server=self._reading.key,
                )
            )


def _shown(opened: Listen) -> str:
    if isinstance(opened.address, Unknown):
        return opened.address.text
    address = opened.address.text
    is_all = opened.address.is_wildcard
    return f":{opened.ports}" if is_all else f"{address}:{opened.ports}"


def _is_literal(name: Maybe[str]) -> bool:
    return isinstance(name, str) and name[:1] not in ("~", "*", ".") and name[-1:] != "*"


def _moves_all(statement: Statement) -> bool:
    """Whether a `rewrite` sends every request to another place."""
    return bool(redirect(statement)) and statement.texts[0] in (
        "^",
        "^(.*)",
        "^(.*)$",
        "^/(.*)$",
        ".*",
        "^/",
        "(.*)",
    )
