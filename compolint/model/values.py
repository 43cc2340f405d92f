"""Small values that entities are made of."""

from compolint.tuples import NamedTuple
from compolint.unknown import Maybe

# RFC 1918, 3927, 6598, 4193, 4291
_PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
    "fe80::/10",
)
_WILDCARDS = frozenset({"", "*", "0.0.0.0", "::", "0:0:0:0:0:0:0:0", "::ffff:0.0.0.0", "::0"})


class Address(NamedTuple):
    """An address to listen on, without brackets; the empty text means every interface."""

    text: str

    @classmethod
    def of(cls, text: str) -> "Address":
        return cls(text.strip("[]").lower())

    @property
    def is_wildcard(self) -> bool:
        return self.text in _WILDCARDS

    @property
    def is_loopback(self) -> bool:
        return self.text.startswith("127.") or self.text in {"::1", "localhost", "::ffff:127.0.0.1"}

    @property
    def is_tailnet(self) -> bool:
        """In the ranges that Tailscale gives to its nodes."""
        if self.text.startswith("fd7a:115c:a1e0:"):
            return True
        if not self.text.startswith("100."):
            return False
        second = self.text.split(".")[1]
        return second.isdigit() and 64 <= int(second) <= 127

    @property
    def is_private(self) -> bool:
        """Not reachable from the internet: loopback, link-local, tailnet and private networks."""
        if self.is_wildcard:
            return False
        if self.is_loopback or self.is_tailnet:
            return True
        from ipaddress import ip_address, ip_network

        try:
            address = ip_address(self.text.partition("%")[0])
        except ValueError:
            return False
        return any(address in ip_network(network) for network in _PRIVATE)

    @property
    def is_public(self) -> bool:
        """An address that the whole internet can reach, as far as the address tells."""
        return not (self.is_wildcard or self.is_private) and self.text[:1].isalnum()

    def overlaps(self, other: "Address") -> bool:
        """Whether of a socket on each the second is refused: `0.0.0.0` and `::` are of one family each."""
        if self.text and other.text and (":" in self.text) != (":" in other.text):
            return False
        return self.text == other.text or self.is_wildcard or other.is_wildcard

    def __str__(self) -> str:
        return "every interface" if self.is_wildcard else self.text


class Ports(NamedTuple):
    """One port or a range of them, both ends included."""

    first: int
    last: int

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and self.first <= port <= self.last

    def overlaps(self, other: "Ports") -> bool:
        return self.first <= other.last and other.first <= self.last

    def numbers(self) -> range:
        return range(self.first, self.last + 1)

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class ImageName(NamedTuple):
    """An image's name, taken apart as Docker does: `registry/repository:tag@digest`."""

    registry: str  # "docker.io" where none is named
    repository: str  # "library/redis" for "redis"
    tag: str | None
    digest: str | None

    @classmethod
    def of(cls, text: str) -> "ImageName":
        name, _, digest = text.partition("@")
        path, colon, tag = name.rpartition(":")
        if not colon or "/" in tag:
            path, tag = name, ""
        first, slash, rest = path.partition("/")
        if slash and ("." in first or ":" in first or first == "localhost"):
            registry, repository = first, rest
        else:
            registry, repository = "docker.io", path if slash else f"library/{path}"
        if registry == "index.docker.io":
            registry = "docker.io"
        return cls(registry, repository, tag or None, digest or None)

    @property
    def short(self) -> str:
        """As people write it: without the default registry and its `library/`."""
        return self.repository.removeprefix("library/") if self.registry == "docker.io" else self.path

    @property
    def path(self) -> str:
        return f"{self.registry}/{self.repository}"

    @property
    def base(self) -> str:
        """The last part of the name: `postgres` of `docker.io/bitnami/postgres`."""
        return self.repository.rpartition("/")[2]

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.short}{tag}{digest}"


class Device(NamedTuple):
    """A device of the host that a container gets."""

    source: Maybe[str]
    target: Maybe[str]
    permissions: str  # of r, w, m
