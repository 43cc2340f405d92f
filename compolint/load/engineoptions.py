"""Options of `docker run` and `podman run`, wherever they stand: in a command, or as keys of a quadlet.

https://docs.docker.com/reference/cli/docker/container/run/,
https://docs.podman.io/en/latest/markdown/podman-run.1.html
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from compolint.model.command import Command
from compolint.model.knowledge.engineswitches import GLOBAL_VALUED, is_switch, valued_letter
from compolint.model.values import Address, Ports
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_ENGINES = frozenset(("docker", "podman", "nerdctl"))
_LONG = {
    "-p": "--publish", "-P": "--publish-all", "-v": "--volume", "-e": "--env", "-u": "--user",
    "-l": "--label", "-m": "--memory", "-h": "--hostname", "-w": "--workdir", "-c": "--cpu-shares",
    "--net": "--network",
}  # fmt: skip
# What is started then is said by a file: `podman kube play --publish 8080:80 pod.yaml`
_PODS = (("kube", "play"), ("play", "kube"))
_OPEN = "\ue000"  # in the place of what is not known: no colon in it counts


class Value(Protocol):
    """A text of which some may be open."""

    @property
    def text(self) -> str: ...

    def part(self, start: int, end: int) -> Maybe[str]:
        """A stretch of it, as far as it is known."""
        ...

    def place(self, start: int, end: int) -> Span: ...


class Word:
    """A word of a command, as a value."""

    __slots__ = ("_span", "_word", "text")

    def __init__(self, word: Maybe[str], span: Span) -> None:
        self._word, self._span = word, span
        self.text = word if isinstance(word, str) else f"{word.head}{_OPEN}{word.tail}"

    def part(self, start: int, end: int) -> Maybe[str]:
        known = self.text[start:end]
        if isinstance(self._word, str) or _OPEN not in known:
            return known
        head, _, tail = known.partition(_OPEN)
        return Unknown(self._word.text, self._span, self._word.names, head, tail)

    def place(self, start: int, end: int) -> Span:
        return self._span


class Tail:
    """What stands in a value from some character on."""

    __slots__ = ("_start", "_value", "text")

    def __init__(self, value: Value, start: int) -> None:
        self._value, self._start = value, start
        self.text = value.text[start:]

    def part(self, start: int, end: int) -> Maybe[str]:
        return self._value.part(self._start + start, self._start + end)

    def place(self, start: int, end: int) -> Span:
        return self._value.place(self._start + start, self._start + end)


class Option(NamedTuple):
    name: str  # the long one, with its dashes
    value: Value | None  # of a switch: what stands behind its `=`
    at: Span

    @property
    def known(self) -> Maybe[str]:
        return "" if self.value is None else self.value.part(0, len(self.value.text))

    @property
    def place(self) -> Span:
        """Where its value stands; the option itself where it has none."""
        return self.at if self.value is None else self.value.place(0, len(self.value.text))


class Published(NamedTuple):
    """A port that is handed through to a container."""

    address: Maybe[Address]
    ports: Maybe[Ports] | None  # on the host; `None`: a free one
    target: Maybe[Ports]
    protocol: str
    spans: dict[str, Span]


class Run(NamedTuple):
    """A container that a command starts."""

    options: tuple[Option, ...]
    image: int | None  # the number of the word


def run_of(command: Command) -> Run | None:
    """What a command starts; `None` if it starts no container."""
    begin = _behind_verb(command) if command.name in _ENGINES else None
    if begin is None:
        return None
    words = [Word(word, command.at("words", number)) for number, word in enumerate(command.words)]
    options, end = options_of(words, begin)
    has_image = end < len(words) and command.words[begin - 2 : begin] not in _PODS
    return Run(tuple(options), end if has_image else None)


def options_of(words: Sequence[Value], at: int = 0) -> tuple[list[Option], int]:
    """The options from some word on, and the number of the word behind them."""
    options: list[Option] = []
    while at < len(words):
        text = words[at].text
        if not text.startswith("-") or text == "-":
            break
        if text == "--":
            return options, at + 1
        option, at = _option(words, at)
        options.append(option)
    return options, at


def published(value: Value) -> Published | None:
    """What `--publish` opens: `80`, `8080:80/udp`, `127.0.0.1:8080:80`, `[::1]::80`; `None` for nonsense."""
    text = value.text
    if "target=" in text:
        return _of_fields(value)
    body, slash, _ = text.partition("/")
    parts = divided(body)
    if len(parts) > 3:
        return None
    target = ports_of(value.part(*parts[-1]))
    if len(parts) == 1 and isinstance(target, Unknown):
        return Published(target, target, target, "tcp", {})  # `${PORTS}` may say anything
    spans = {"target": value.place(*parts[-1])}
    on_host: Maybe[Ports] | None = None
    if len(parts) > 1 and parts[-2][0] < parts[-2][1]:
        on_host = ports_of(value.part(*parts[-2]))
        spans["ports"] = value.place(*parts[-2])
        if on_host is None:
            return None
    address: Maybe[Address] = Address.of("")
    if len(parts) > 2:
        host = value.part(*parts[-3])
        address = host if isinstance(host, Unknown) else Address.of(host)
        spans["address"] = value.place(*parts[-3])
    protocol = value.part(len(body) + 1, len(text)) if slash else "tcp"
    # Which of them an open one is changes no answer to who can reach the port.
    known = "tcp" if isinstance(protocol, Unknown) else protocol.lower()
    return None if target is None else Published(address, on_host, target, known, spans)


def _of_fields(value: Value) -> Published | None:
    """What Swarm opens by `--publish published=8080,target=80,protocol=tcp`."""
    places: dict[str, tuple[int, int]] = {}
    at = 0
    for field in value.text.split(","):
        name, _, _ = field.partition("=")
        places[name] = (at + len(name) + 1, at + len(field))
        at += len(field) + 1
    target = ports_of(value.part(*places["target"])) if "target" in places else None
    if target is None:
        return None
    on_host = ports_of(value.part(*places["published"])) if "published" in places else None
    spans = {
        field: value.place(*places[name])
        for field, name in (("target", "target"), ("ports", "published"))
        if name in places
    }
    protocol = value.part(*places["protocol"]) if "protocol" in places else "tcp"
    known = "tcp" if isinstance(protocol, Unknown) else protocol.lower()
    return Published(Address.of(""), on_host, target, known, spans)


def publishes(options: Iterable[Option]) -> Iterator[tuple[Option, Published]]:
    """The ports of all options; nothing where the container has no network of its own."""
    options = list(options)
    modes = [option.value.text for option in options if option.name == "--network" and option.value]
    if any(mode.partition(":")[0] in {"host", "none", "container", "ns"} for mode in modes):
        return
    for option in options:
        if option.name == "--publish" and option.value and (found := published(option.value)):
            yield option, found
        elif option.name == "--publish-all" and (option.value is None or option.known != "false"):
            exposed = Unknown("what its image exposes", option.at)
            yield option, Published(Address.of(""), None, exposed, "tcp", {})


def divided(text: str) -> list[tuple[int, int]]:
    """The stretches between colons, those inside of brackets not counted."""
    found, start, depth = list[tuple[int, int]](), 0, 0
    for at, char in enumerate(text):
        depth += (char == "[") - (char == "]")
        if char == ":" and depth <= 0:
            found.append((start, at))
            start = at + 1
    return [*found, (start, len(text))]


def ports_of(text: Maybe[str]) -> Maybe[Ports] | None:
    """A port or a range of them; `None` for what is neither."""
    if isinstance(text, Unknown):
        return text
    first, dash, last = text.partition("-")
    numbers = first, last if dash else first
    if not all(number.isascii() and number.isdigit() and len(number) < 6 for number in numbers):
        return None
    ports = Ports(int(numbers[0]), int(numbers[1]))
    return ports if ports.first <= ports.last <= 65535 else None


def _option(words: Sequence[Value], at: int) -> tuple[Option, int]:
    value = words[at]
    text = value.text
    whole = value.place(0, len(text))
    if text.startswith("--"):
        name, equals, _ = text.partition("=")
        start = len(name) + 1
    else:
        letter = valued_letter(text)
        if not letter:
            return Option(_LONG.get(f"-{text[-1]}", f"-{text[-1]}"), None, whole), at + 1
        name, equals = f"-{text[letter]}", text[letter + 1 :]
        start = letter + 1 + equals.startswith("=")
    name = _LONG.get(name, name)
    if equals:
        return Option(name, Tail(value, start), whole), at + 1
    if is_switch(name) or at + 1 == len(words):
        return Option(name, None, whole), at + 1
    return Option(name, words[at + 1], whole), at + 2


def _behind_verb(command: Command) -> int | None:
    at = 1
    while at < len(command.words):
        word = command.words[at]
        at += 1
        if not isinstance(word, str):
            return None
        if word.startswith("-"):
            at += word in GLOBAL_VALUED
        elif word in {"run", "create"} or command.words[at - 2 : at] in _PODS:
            return at
        elif word not in {"container", "service", "kube", "play"}:
            return None
    return None
