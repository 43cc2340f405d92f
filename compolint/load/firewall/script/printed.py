"""What programs print, and the files that they write."""

from compolint.load.firewall.script.calls import Call
from compolint.load.firewall.script.run import Run
from compolint.syntax.shell_words import Word

_LONGEST_PRINTED = 200_000


def pass_on(run: Run, call: Call) -> None:
    """What a program prints, and the files that it writes."""
    printed: tuple[Word, ...] = ()
    texts = [word.spelling for word in call.words[1:]]
    if call.name == "echo":
        rest = call.words[1:]
        while rest and rest[0].spelling in ("-n", "-e", "-E", "-ne", "-en"):
            rest = rest[1:]
        printed = tuple(word.lines() for word in rest)
    elif call.name == "printf" and call.words[1:]:
        form = texts[0]
        if "%" not in form:
            printed = (call.words[1].lines(),)
        elif form in ("%s", "%s\\n", "%b\\n", "%b"):
            printed = tuple(word.lines() for word in call.words[2:])
    elif call.name == "cat" and len(texts) == 1 and texts[0] != "-":
        printed = run.host.read(texts[0])
    elif call.name in ("cat", "tee") and all(text == "-" for text in texts if call.name == "cat"):
        printed = call.given or ()
    if sum(len(word.spelling) for word in printed) > _LONGEST_PRINTED:
        printed = ()
    run.printed = printed
    for redirection in call.redirections:
        if redirection.takes_output and redirection.target.text:
            is_more = redirection.operator in (">>", "&>>")
            run.host.write(redirection.target.text, printed, is_more=is_more, doubt=call.doubt)
    if call.name in ("tee", "sponge"):
        is_more = any(text in ("-a", "--append") for text in texts)
        for text in texts:
            if not text.startswith("-"):
                run.host.write(text, printed, is_more=is_more, doubt=call.doubt)
