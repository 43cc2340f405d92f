"""What keeps what is fetched the same: tags, digests and commits of images and repositories."""

from compolint import glob
from compolint.model.knowledge.images import is_moving
from compolint.model.values import ImageName
from compolint.pattern import pattern
from compolint.unknown import Maybe, Undecided, Unknown

_COMMIT = pattern(r"[0-9a-f]{40}\Z")


def is_unpinned(image: Maybe[ImageName]) -> bool:
    """Whether an image's name may mean another image tomorrow, also where a part of the name is open."""
    if not isinstance(image, Unknown):
        return is_moving(image)
    if "@sha256:" in image.head + image.tail:
        return False
    if ":" in image.tail.rpartition("/")[2]:  # ${REGISTRY}/app:1.2
        return is_moving(ImageName.of(f"open{image.tail}"))
    tag = image.head.rpartition("/")[2].partition(":")[2]
    if any(character.isdigit() for character in tag):  # app:1.${PATCH}
        return False
    raise Undecided(image)  # the tag is what is open


def has_digest(image: Maybe[ImageName]) -> bool:
    """Whether an image's name holds the digest of its content."""
    if isinstance(image, Unknown):
        if "@sha256:" in image.head + image.tail:
            return True
        raise Undecided(image)
    return image.digest is not None


def is_commit(reference: str) -> bool:
    """Whether a reference to a git repository is a full commit."""
    return _COMMIT.match(reference) is not None


def is_listed(image: Maybe[ImageName], globs: tuple[str, ...]) -> bool:
    """Whether an image is one of a list such as `postgres`, `redis:8`, `ghcr.io/acme/*`, `quay.io/**`."""
    if isinstance(image, Unknown):
        raise Undecided(image)
    names = (image.short, image.path, f"{image.short}:{image.tag}", f"{image.path}:{image.tag}", str(image))
    return any(_is(name, pattern) for pattern in globs for name in names)


def _is(name: str, pattern: str) -> bool:
    # Without `**` a glob covers what lies below it, too: `postgres` is not to allow `postgres/other`.
    return glob.matches(pattern, name) and ("**" in pattern or name.count("/") == pattern.count("/"))
