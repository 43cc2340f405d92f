"""Whether a text is what `ss`, `netstat` or `docker` printed, when its name does not say so for certain."""

from compolint.load.capture.lines import looks_like as has_lines

_INSPECTED = ('"NetworkSettings"', '"HostConfig"')


def looks_like(text: str) -> bool:
    return is_inspected(text) or has_lines(text)


def is_inspected(text: str) -> bool:
    return text[:64].lstrip()[:1] in ("[", "{") and all(word in text for word in _INSPECTED)
