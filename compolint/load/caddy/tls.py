"""The `tls` directive of a site."""

from compolint.load.caddy.configuration import Setting, Tls, Word
from compolint.load.caddy.words import setting
from compolint.syntax.caddy import Segment
from compolint.text import Span


def tls(segments: list[Segment]) -> Tls | None:
    """What all `tls` lines of a site say together."""
    if not segments:
        return None
    lines = [setting(each) for each in segments]
    found = Tls(lines[0].span, settings=tuple(each for line in lines for each in line.settings))
    for line in lines:
        found = _arguments(found, line.words)
    for each in found.settings:
        found = _line(found, each)
    return found


def _arguments(found: Tls, words: tuple[Word, ...]) -> Tls:
    if len(words) >= 2:
        return found._replace(files=words[:2])
    if not words:
        return found
    word = words[0]
    if str(word) == "internal":
        return found._replace(is_internal=word.span)
    return found._replace(email=word)


def _line(found: Tls, line: Setting) -> Tls:
    name, words = line.name, line.words
    if name == "on_demand":
        return found._replace(on_demand=line.span)
    if name == "issuer" and words and str(words[0]) == "internal":
        return found._replace(is_internal=words[0].span)
    if name == "protocols":
        return found._replace(protocols=words)
    if name == "ciphers":
        return found._replace(ciphers=words)
    if name == "insecure_secrets_log" and words:
        return found._replace(secrets_log=words[0])
    if name == "client_auth":
        mode = line.first("mode")
        return found._replace(
            client_mode=mode.words[0] if mode and mode.words else None,
            client_trust=_trust(line),
            client_auth=line.span,
        )
    return found


def _trust(line: Setting) -> Span | None:
    return next((each.span for each in line.settings if each.name.startswith(("trust", "leaf"))), None)
