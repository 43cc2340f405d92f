"""Literal values that may be secrets: keys of DNS providers, headers for upstreams, defaults of variables."""

from collections.abc import Iterable, Iterator

from compolint.load.caddy.configuration import Condition, Configuration, Handler, Setting, Word
from compolint.model.workload import Variable
from compolint.pattern import pattern
from compolint.secret import Secret
from compolint.syntax.caddy import Token
from compolint.text import Span

# What may ask for a secret; whether it does is said by those who judge.
_ASKING = pattern(r"token|key|secret|pass|auth|cred|pwd", 2)  # re.IGNORECASE
_PROVIDERS = frozenset({"acme_dns", "dns", "provider"})
_ISSUERS = frozenset({"cert_issuer", "issuer"})
_PROXIES = frozenset({"forward_auth", "php_fastcgi", "reverse_proxy"})
_HEADERS = frozenset({"header_up", "header_down", "header"})
# Bearer 0123   Basic bWU6MDEyMw==
_SCHEME = pattern(r"(Basic|Bearer|Token|ApiKey|Bot|GoogleLogin)[ \t]+(?=\S)", 2)
_PLACEHOLDER = pattern(r"\{[\w$][\w.<>~/-]*\}")
_LONG = 20  # characters: a name that asks for nothing may still hold a token that tells by its form


def variables(configuration: Configuration) -> Iterator[Variable]:
    """What may be a secret, each with the place where it stands literally."""
    found = _Found(configuration)
    found.lines(configuration.options.settings, configuration.path, configuration.path)
    for site in configuration.sites:
        text = str(site.addresses[0].text) if site.addresses else configuration.path
        owner = f"{configuration.path}#{text}"
        found.lines(site.tls.settings if site.tls else (), owner, text)
        found.lines(site.logs, owner, text)
        found.handlers((*site.handlers, *site.errors), owner, text)
    for route in configuration.routes:
        found.handlers(route.handlers, f"{configuration.path}#&({route.name})", route.name)
    for token in configuration.defaults:
        found.default(token, configuration.path)
    yield from found.variables


class _Found:
    def __init__(self, configuration: Configuration) -> None:
        self.variables: list[Variable] = []
        self._texts = {source.path: source.text for source in configuration.files}
        self._keys: dict[str, int] = {}
        self._seen: set[tuple[str, Span]] = set()

    def handlers(self, handlers: tuple[Handler, ...], owner: str, owner_name: str) -> None:
        waiting = [*handlers]
        while waiting:
            handler = waiting.pop()
            waiting += handler.handlers
            if handler.matcher:
                self._conditions(handler.matcher.conditions, owner, owner_name)
            if handler.name == "basic_auth":
                continue
            if handler.name == "request_header" and len(handler.words) > 1:
                self._header(handler.words, handler.span, owner, owner_name)
            elif handler.name in _PROXIES:
                self._words(handler.name, handler.words, handler.span, owner, owner_name)
            self.lines(handler.settings, owner, owner_name)

    def lines(self, lines: Iterable[Setting], owner: str, owner_name: str) -> None:
        waiting = [*lines]
        while waiting:
            line = waiting.pop()
            waiting += line.settings
            name, words = line.name, line.words
            if name in _HEADERS and len(words) > 1:
                self._header(words, line.span, owner, owner_name)
            elif name in _PROVIDERS and len(words) > 1:
                self._add(f"{words[0]} token", words[1], line.span, owner, owner_name)
            elif name in _ISSUERS and len(words) > 1 and str(words[0]) == "zerossl":
                self._add("zerossl api_key", words[1], line.span, owner, owner_name)
            elif words and name.lower() in _AUTHORIZATION:
                self._header((Word(name, line.span), words[-1]), line.span, owner, owner_name)
            else:
                self._words(name, words, line.span, owner, owner_name)

    def _words(self, name: str, words: tuple[Word, ...], at: Span, owner: str, owner_name: str) -> None:
        asks = bool(_ASKING.search(name))
        for word in words:
            text = word.value
            if isinstance(text, str) and (
                (asks and word is words[-1]) or ("://" in text and "@" in text) or _may_be_token(text)
            ):
                self._add(name, word, at, owner, owner_name)

    def _header(self, words: tuple[Word, ...], at: Span, owner: str, owner_name: str) -> None:
        name, value = str(words[0]).lstrip("+?>"), words[-1]
        text = value.value
        if not isinstance(text, str):
            return
        scheme = _SCHEME.match(text)
        start = scheme.end() if scheme else 0
        if name.lower() in _AUTHORIZATION:
            name += " password" if scheme and scheme[1].lower() == "basic" else " token"
        elif not _ASKING.search(name) and not _may_be_token(text):
            return
        self._add(name, value, at, owner, owner_name, start)

    def _conditions(self, conditions: tuple[Condition, ...], owner: str, owner_name: str) -> None:
        waiting = [*conditions]
        while waiting:
            condition = waiting.pop()
            waiting += condition.conditions
            if condition.name == "header" and len(condition.words) > 1:
                self._header(condition.words[:2], condition.span, owner, owner_name)
            for word in condition.words if condition.name == "query" else ():
                name, equals, value = str(word).partition("=")
                if value not in ("", "*") and _ASKING.search(name):
                    self._add(name, word, condition.span, owner, owner_name, len(name) + len(equals))

    def default(self, token: Token, path: str) -> None:
        for variable in token.variables:
            value = variable.value or ""
            if not variable.by_default or not (_ASKING.search(variable.name) or len(value) >= _LONG):
                continue
            written = self._texts.get(variable.span.path, "")[variable.span.start : variable.span.end]
            self._keep(variable.name, value, written or value, variable.span, variable.span, path, path)

    def _add(self, name: str, word: Word, at: Span, owner: str, owner_name: str, start: int = 0) -> None:
        # A placeholder, of Caddy or of an author
        if not isinstance(word.value, str) or _PLACEHOLDER.search(word.value) or word.value[:1] == "<":
            return
        raw = self._texts.get(word.span.path, "")[word.span.start : word.span.end]
        if "{$" in raw:  # its default, if any, is told by itself
            return
        text = word.value[start:]
        quotes = len(raw) - len(word.value)
        place = word.span
        if quotes in (0, 2):
            begin = place.start + quotes // 2 + start
            place = place._replace(start=begin, end=begin + len(text))
        self._keep(name, text, text, at, place, owner, owner_name)

    def _keep(
        self, name: str, value: str, written: str, at: Span, place: Span, owner: str, owner_name: str
    ) -> None:
        if not value or (owner, place) in self._seen:
            return
        self._seen.add((owner, place))
        key = f"{owner}#{name}"
        count = self._keys[key] = self._keys.get(key, 0) + 1
        self.variables.append(
            Variable(
                key=key + (f"#{count}" if count > 1 else ""),
                span=at,
                spans={"value": place},
                owner=owner,
                owner_name=owner_name,
                name=name,
                value=Secret(value),
                written=Secret(written),
                given_by="proxy",
                by_default=name if written.startswith("{$") else None,
            )
        )


_AUTHORIZATION = ("authorization", "proxy-authorization")


def _may_be_token(text: str) -> bool:
    return len(text) >= _LONG and not any(sign in text for sign in " \t\n{/")
