"""Stages: what FROM starts, and which stage a name means."""

from compolint.load.dockerfile.file import Draft, File
from compolint.model.build import Stage, StageName
from compolint.model.values import ImageName
from compolint.pattern import pattern
from compolint.record import replace
from compolint.syntax.dockerfile import Instruction
from compolint.text import Span
from compolint.unknown import Unknown

# registry.example:5000/team/app:1.2@sha256:… (https://pkg.go.dev/github.com/distribution/reference)
_IMAGE = pattern(
    r"(?:[A-Za-z0-9][A-Za-z0-9.-]*+(?::\d++)?/)?(?:[a-z0-9]++(?:(?:\.|__?|-+)[a-z0-9]++)*+/)*+"
    r"[a-z0-9]++(?:(?:\.|__?|-+)[a-z0-9]++)*+(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*+:[0-9a-fA-F]{32,})?\Z"
)
_MOST = 100  # of the stages and names that are compared letter by letter
_PLAIN_NAME = pattern(r"[A-Za-z][\w-]{2,63}\Z")


def start(file: File, instruction: Instruction) -> None:
    """Begins the stage of a FROM."""
    image, *alias = instruction.arguments
    at = file.at(image.span)
    text = file.scope.fill(image.text, at)
    parent = file.stage_named(text) if isinstance(text, str) else None
    whole = file.at(Span(image.span.path, image.span.start, instruction.arguments[-1].span.end))
    draft = Draft(file, len(file.drafts), alias[-1].text.lower() if alias else None, parent, whole)
    draft.spans["base"] = at
    if alias:
        draft.spans["name"] = file.at(alias[-1].span)
    if isinstance(text, Unknown):
        _start_from_open(file, draft, text)
    elif text == "scratch":
        draft.say("from_scratch", True, at)
    elif not parent:
        draft.said["base"] = draft.said["origin"] = ImageName.of(text)
        if not _IMAGE.match(text):
            file.refuse("FROM has a name that no image can have", at)
        elif meant := _meant(file, text):
            file.names.append((StageName(text, "base", None, meant), at))
    file.add(draft)


def _start_from_open(file: File, draft: Draft, text: Unknown) -> None:
    """A base with a variable in it may be one of several stages: `binaries-$TARGETOS`."""
    possible = [
        other
        for other in file.drafts[:_MOST]
        if other.name and other.name.startswith(text.head.lower()) and other.name.endswith(text.tail.lower())
    ]
    draft.said["origin"] = text
    if possible and (text.head or text.tail):
        draft.needs.update((other.number, None) for other in possible)
    else:
        draft.said["base"] = text


def resolve(file: File, text: str, at: Span, draft: Draft, copied: int | None) -> None:
    """Finds the stage that a `--from` names, be it an earlier or a later one."""
    if text.isdecimal():
        number = int(text[:9])
        known: int | None = number if number < len(file.drafts) else None
        meant = None
    else:
        named = file.stage_named(text)
        known = named.number if named else None
        meant = None if named else _meant(file, text)
        if known is None and meant is None:
            _copy_from_image(draft, text, at)
            return
    if known == draft.number:
        file.refuse("a stage cannot copy from itself", at)
    elif known is not None:
        draft.needs[known] = None
        if copied is not None:
            file.found[copied] = replace(file.found[copied], source=file.drafts[known].key)
    file.names.append((StageName(text, "source", known, meant), at))


def _copy_from_image(draft: Draft, text: str, at: Span) -> None:
    """Notes an image; a plain word may as well be a context that the build is given."""
    if _IMAGE.match(text) and any(mark in text for mark in ":/@"):
        draft.spans[f"images.{len(draft.images)}"] = at
        draft.images.append(ImageName.of(text))


def stage_of(file: File, draft: Draft) -> Stage:
    return Stage(
        key=draft.key,
        span=draft.span,
        spans=draft.spans,
        build=file.key,
        number=draft.number,
        name=draft.name,
        parent=draft.parent.number if draft.parent else None,
        needs=tuple(draft.needs),
        images=tuple(draft.images),
        workdirs=tuple(draft.workdirs),
        **draft.said,
    )


def _meant(file: File, name: str) -> str | None:
    """The stage that a name is meant for which is none's: `bulider`."""
    names = [draft.name for draft in file.drafts[:_MOST] if draft.name]
    if not names or not _PLAIN_NAME.match(name) or file.compared > _MOST:
        return None
    file.compared += 1
    from difflib import get_close_matches

    return next(iter(get_close_matches(name.lower(), names, 1, 0.84)), None)
