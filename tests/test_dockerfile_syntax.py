"""Dockerfiles as BuildKit reads them."""

import io
import logging
import re

import pytest
from dockerfile_parse import DockerfileParser
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compolint.syntax.dockerfile import Dockerfile, Exposed, Instruction, Passage, expand, exposed, parse
from compolint.text import Source, Span


def read(text: str) -> Dockerfile:
    return parse(Source("Dockerfile", text))


def only(text: str) -> Instruction:
    """The last instruction of a text without faults."""
    dockerfile = read(text if text.upper().startswith("FROM") else f"FROM scratch\n{text}")
    assert not dockerfile.faults
    return dockerfile.instructions[-1]


def faults(text: str) -> list[str]:
    return [fault.message for fault in read(f"FROM scratch\n{text}").faults]


def lines(text: str) -> list[tuple[str, int, int]]:
    """Each instruction with its first and its last line."""
    source = Source("Dockerfile", text)
    return [
        (i.keyword, source.position(i.span.start)[0], source.position(i.span.end)[0])
        for i in parse(source).instructions
    ]


def words(instruction: Instruction) -> list[str]:
    return [word.text for word in instruction.arguments]


def at(text: str, span: Span) -> str:
    return text[span.start : span.end]


def pairs(instruction: Instruction) -> list[tuple[str, str | None]]:
    return [(pair.name.text, pair.value.text if pair.value else None) for pair in instruction.pairs]


# --- directives ---


def test_directives_stand_at_the_top_in_any_case_and_with_any_blanks() -> None:
    text = "#syntax=docker/dockerfile:1\n  # Check = skip=all;error=true \n# ESCAPE=`\nFROM a\n"
    dockerfile = read(text)
    assert [(d.name, d.value) for d in dockerfile.directives] == [
        ("syntax", "docker/dockerfile:1"),
        ("check", "skip=all;error=true"),
        ("escape", "`"),
    ]
    assert dockerfile.escape == "`"
    assert at(text, dockerfile.directives[1].span) == "# Check = skip=all;error=true"
    assert at(text, dockerfile.directives[1].value_span) == "skip=all;error=true"
    check = dockerfile.directive("check")
    assert check is dockerfile.directives[1]


@pytest.mark.parametrize("before", ["# a comment\n", "\n", "# unknown=1\n", "FROM a\n"])
def test_a_directive_counts_no_more_after_anything_else(before: str) -> None:
    assert read(f"{before}# escape=`\nFROM a\n").directives == ()


def test_a_directive_given_twice_is_a_fault_and_the_first_one_counts() -> None:
    dockerfile = read("# escape=`\n# escape=\\\nFROM a\n")
    assert dockerfile.escape == "`"
    assert [fault.message for fault in dockerfile.faults] == ["the directive escape is given twice"]


def test_another_escape_character_is_a_fault() -> None:
    dockerfile = read("# escape=x\nFROM a\n")
    assert dockerfile.escape == "\\"
    assert [fault.message for fault in dockerfile.faults] == [
        "the escape character is a backslash or a backtick"
    ]


def test_behind_a_shebang_the_syntax_counts_but_not_the_escape() -> None:
    dockerfile = read("#!/usr/bin/env docker\n# syntax=x\n# escape=`\nFROM a\n")
    assert [d.name for d in dockerfile.directives] == ["syntax", "escape"]
    assert dockerfile.escape == "\\"


def test_with_a_backtick_for_escape_a_backslash_is_a_character() -> None:
    text = "# escape=`\nFROM a\nCOPY a c:\\\nRUN dir `\n  c:\\\n"
    assert lines(text) == [("FROM", 2, 2), ("COPY", 3, 3), ("RUN", 4, 5)]
    assert words(read(text).instructions[1]) == ["a", "c:\\"]


# --- lines ---


def test_keywords_come_in_any_case_and_behind_any_blanks() -> None:
    text = "from a\n  \tRun\tx\n\u00a0cmd y\n"
    assert lines(text) == [("FROM", 1, 1), ("RUN", 2, 2), ("CMD", 3, 3)]
    assert at(text, read(text).instructions[1].keyword_span) == "Run"


def test_comments_are_whole_lines_also_inside_an_instruction() -> None:
    text = "# one\nFROM a # no comment\\\n  # two \\\n\n  AS b\n   # three\nRUN c # text"
    assert [at(text, comment) for comment in read(text).comments] == ["# one", "# two \\", "# three"]
    run = read(text).instructions[-1]
    assert run.text == "c # text"


def test_a_comment_that_ends_in_a_backslash_does_not_continue() -> None:
    assert lines("# a \\\nFROM a\nRUN x \\\n # b \\\n y\n") == [("FROM", 2, 2), ("RUN", 3, 5)]


def test_an_instruction_spans_its_continuations_comments_and_blank_lines() -> None:
    text = "FROM a\nRUN a && \\\n# c\n\n   \\\n  b\nUSER z\n"
    assert lines(text) == [("FROM", 1, 1), ("RUN", 2, 6), ("USER", 7, 7)]
    run = read(text).instructions[1]
    assert run.text == "a &&      b"
    assert [at(text, comment) for comment in run.comments] == ["# c"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN x \\\\\nUSER z", "x \\\\"),  # an even number of backslashes continues nothing
        ("RUN x \\\\\\\nUSER z", "x \\\\\\"),  # and three are no more to BuildKit
        ("RUN x \\ \t\n  y", "x   y"),  # blanks may follow
        ("RUN x \\", "x"),  # the file may end there
        ("RUN x \\\n\n# c\n", "x"),
        ("RUN x \\\r\n y\r\n", "x  y"),
        ("R\\\nUN x", "x"),
        ("\\\nRUN x", "x"),
        ("RUN\\\n x", "x"),
        ("RUN x\ry", "x\ry"),  # a lone carriage return ends no line
        ("RUN x\u2028y", "x\u2028y"),
    ],
)
def test_continuations_end_where_buildkit_ends_them(text: str, expected: str) -> None:
    run = read(f"FROM a\n{text}").instructions[1]
    assert (run.keyword, run.text) == ("RUN", expected)


def test_a_piece_of_the_text_is_found_across_continuations() -> None:
    text = "FROM a\nRUN one \\\n  # c\n  two three\n"
    run = read(text).instructions[1]
    two = run.text.index("two")
    assert at(text, run.place(two, two + 3)) == "two"
    assert at(text, run.place(0, two + 3)) == "one \\\n  # c\n  two"
    assert at(text, run.place(two, two)) == ""


def test_a_line_of_more_than_65535_bytes_is_a_fault_that_costs_its_instruction() -> None:
    text = f"FROM a\nRUN {'x' * 65531}\nRUN {'x' * 65532}\nRUN {'é' * 32766}\nUSER z\n"
    dockerfile = read(text)
    assert [i.keyword for i in dockerfile.instructions] == ["FROM", "RUN", "USER"]
    assert [f.message for f in dockerfile.faults] == ["the line is longer than 65535 bytes"] * 2


# --- heredocs ---


def test_the_lines_of_a_heredoc_are_no_instructions() -> None:
    text = "FROM a\nRUN <<EOF\nFROM evil\n# no comment\nEOF\nUSER z\n"
    assert lines(text) == [("FROM", 1, 1), ("RUN", 2, 5), ("USER", 6, 6)]
    heredoc = read(text).instructions[1].heredocs[0]
    assert (heredoc.name, heredoc.text, heredoc.expand) == ("EOF", "FROM evil\n# no comment\n", True)
    assert at(text, heredoc.span) == heredoc.text
    assert read(text).comments == ()


def test_one_instruction_may_have_several_heredocs() -> None:
    copy = only("COPY <<one <<'two' 3<<-three /d/\n1\none\n$2\ntwo\n\t3\n\tthree\n")
    assert [(h.name, h.content, h.expand, h.strip_tabs, h.descriptor) for h in copy.heredocs] == [
        ("one", "1\n", True, False, 0),
        ("two", "$2\n", False, False, 0),
        ("three", "3\n", True, True, 3),
    ]
    assert words(copy) == ["<<one", "<<'two'", "3<<-three", "/d/"]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("<<EOF", "EOF"),
        ("<< EOF", "EOF"),
        ('<<"EOF"', "EOF"),
        ("<<'E O'", "E O"),
        ("<<E\\ O", "E O"),
        ("<<$E", "$E"),
        ("<<EOF;x", "EOF;x"),  # to BuildKit all up to the blank is the name
        ("cat <<EOF && x", "EOF"),
        ("x \\\n <<EOF", "EOF"),
        ("<<EOF \\\n x", "EOF"),
        ("echo ${x:0:3} <<EOF", "EOF"),
    ],
)
def test_a_heredoc_is_announced_by_a_word(command: str, name: str) -> None:
    run = only(f"RUN {command}\nbody\n{name}\n")
    assert [(h.name, h.text) for h in run.heredocs] == [(name, "body\n")]


@pytest.mark.parametrize(
    "command",
    [
        "cat <<<EOF",
        "echo '<<EOF'",
        'echo "<<EOF"',
        "cat<<EOF",
        "echo $((1<<2))",
        "<<''",
        "echo it's <<EOF",  # quotes that do not match: BuildKit gives up looking
        "echo ${x^^} <<EOF",
    ],
)
def test_other_words_announce_no_heredoc(command: str) -> None:
    assert only(f"RUN {command}\nUSER z").keyword == "USER"


def test_a_heredoc_ends_at_the_line_that_is_its_name_and_nothing_else() -> None:
    run = only("RUN <<E\nE \n\tE\nEE\nxE\nE\r\n")
    assert run.heredocs[0].text == "E \n\tE\nEE\nxE\n"


def test_the_end_of_a_heredoc_may_follow_at_once_and_end_the_file() -> None:
    assert only("RUN <<E\nE").heredocs[0].text == ""


def test_a_heredoc_without_an_end_is_a_fault_and_takes_the_rest() -> None:
    dockerfile = read("FROM a\nRUN <<E\nx\nUSER z\n")
    assert [i.keyword for i in dockerfile.instructions] == ["FROM"]
    assert [f.message for f in dockerfile.faults] == [
        "no line ends this heredoc, so it takes the rest of the file"
    ]
    assert read("FROM a\nRUN <<E").faults


def test_onbuild_takes_heredocs_for_its_instruction() -> None:
    onbuild = only("ONBUILD RUN <<E\nx\nE\n")
    assert onbuild.trigger
    assert (onbuild.trigger.keyword, onbuild.trigger.heredocs) == ("RUN", onbuild.heredocs)
    assert onbuild.trigger.script
    assert onbuild.trigger.script.text == "x\n"


def test_cmd_takes_no_heredoc_and_its_lines_are_one_fault() -> None:
    dockerfile = read("FROM a\nCMD <<E\nrm -rf /x\nhunter2\nE\nUSER z\n")
    assert [i.keyword for i in dockerfile.instructions] == ["FROM", "CMD", "USER"]
    assert [f.message for f in dockerfile.faults] == [
        "CMD takes no heredoc here, so its lines are read as instructions"
    ]


def test_json_has_no_heredoc() -> None:
    assert len(read('FROM a\nRUN ["cat", "<<E"]\nUSER z').instructions) == 3


def test_a_heredoc_that_is_all_of_a_run_is_its_script() -> None:
    text = "FROM a\nRUN <<-E\n\tone\n\t\ttwo\n\tE\n"
    script = read(text).instructions[1].script
    assert script
    assert script.text == "one\ntwo\n"
    assert at(text, script.place(4, 7)) == "two"


def test_other_heredocs_stay_behind_their_command() -> None:
    text = "FROM a\nRUN cat <<E | \\\n sh && cat <<F\none\nE\ntwo\nF\n"
    script = read(text).instructions[1].script
    assert script
    assert script.text == "cat <<E |  sh && cat <<F\none\nE\ntwo\nF"
    two = script.text.index("two")
    assert at(text, script.place(two, two + 3)) == "two"


# --- words ---


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ('RUN ["a", "b c"]', "exec", ["a", "b c"]),
        ('RUN [ "a" ]', "exec", ["a"]),
        ('CMD ["\\u0041\\n"]', "exec", ["A\n"]),
        ("CMD []", "exec", []),
        ("CMD ['a', 'b']", "shell", ["['a', 'b']"]),
        ('CMD ["a"] b', "shell", ['["a"] b']),
        ('CMD ["a",]', "shell", ['["a",]']),
        ('CMD ["a"', "shell", ['["a"']),
        ('CMD ["a\tb"]', "shell", ['["a\tb"]']),
        ("RUN [ -f x ] && y", "shell", ["[ -f x ] && y"]),
        ("RUN [NaN]", "shell", ["[NaN]"]),
        ("CMD", "shell", []),
        ("RUN a 'b  c'", "shell", ["a 'b  c'"]),
        ('COPY ["a b", "c"]', "exec", ["a b", "c"]),
        ('COPY "a b" c', None, ['"a', 'b"', "c"]),
        ('VOLUME ["/a", "/b"]', "exec", ["/a", "/b"]),
        ("VOLUME /a  /b", None, ["/a", "/b"]),
        ("USER  a b ", None, ["a b"]),
        ('WORKDIR "/a b"', None, ['"/a b"']),
        ("STOPSIGNAL SIGTERM", None, ["SIGTERM"]),
        ("EXPOSE 80  8000-8010/udp ", None, ["80", "8000-8010/udp"]),
        ("FROM a AS b", None, ["a", "AS", "b"]),
        ('SHELL ["bash", "-c"]', "exec", ["bash", "-c"]),
        ("HEALTHCHECK NONE", None, ["NONE"]),
        ("HEALTHCHECK CMD a b", "shell", ["CMD", "a b"]),
        ('HEALTHCHECK cmd ["a", "b"]', "exec", ["cmd", "a", "b"]),
    ],
)
def test_each_instruction_has_its_own_idea_of_words(text: str, form: str | None, expected: list[str]) -> None:
    instruction = only(text)
    assert (instruction.form, words(instruction)) == (form, expected)


def test_an_array_with_a_number_is_a_fault() -> None:
    assert faults('RUN ["a", 1]\nUSER z') == ["RUN has an array that holds more than strings"]
    assert faults("CMD [null]") == ["CMD has an array that holds more than strings"]
    assert faults('COPY ["a", ["b"]]') == ["COPY has an array that holds more than strings"]


def test_deeply_nested_json_is_a_shell_command() -> None:
    assert only(f"RUN {'[' * 30000}").form == "shell"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV a=b c=d", [("a", "b"), ("c", "d")]),
        ("ENV a=\"x y\" b='z w' c=d\\ e f=", [("a", '"x y"'), ("b", "'z w'"), ("c", "d\\ e"), ("f", "")]),
        ("ENV a b  c=d ", [("a", "b  c=d")]),
        ("ENV\ta\tb", [("a", "b")]),
        ("ENV a=b=c", [("a", "b=c")]),
        ("LABEL 'a b'=c", [("'a b'", "c")]),
        ("LABEL a='b\\\n c'", [("a", "'b c'")]),
        ("ENV a=b\\", [("a", "b")]),
        ("ARG a b=c", [("a", None), ("b", "c")]),
        ("USER a=b", []),
    ],
)
def test_pairs_are_new_or_old_style(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert pairs(only(text)) == expected


def test_every_word_knows_its_place_across_continuations() -> None:
    text = 'FROM a\nENV one=1 \\\n  # c\n  two="2 \\\n  3"\nCOPY --from=x \\\n a b\n'
    _, env, copy = read(text).instructions
    assert [at(text, word.span) for word in env.arguments] == ["one=1", 'two="2 \\\n  3"']
    assert [at(text, pair.name.span) for pair in env.pairs] == ["one", "two"]
    assert [at(text, pair.value.span) for pair in env.pairs if pair.value] == ["1", '"2 \\\n  3"']
    assert [at(text, word.span) for word in copy.arguments] == ["a", "b"]


# --- flags ---


def test_flags_stand_before_the_words() -> None:
    text = 'FROM a\nRUN --mount=type=secret,id="a b" \\\n  --network=none echo --x\n'
    run = read(text).instructions[1]
    assert [(flag.name, flag.value) for flag in run.flags] == [
        ("mount", "type=secret,id=a b"),
        ("network", "none"),
    ]
    assert [at(text, flag.value_span) for flag in run.flags] == ['type=secret,id="a b"', "none"]
    assert [at(text, flag.span) for flag in run.flags][1] == "--network=none"
    assert run.text == "echo --x"


def test_a_flag_may_have_no_value_and_two_dashes_end_them() -> None:
    copy = only("COPY --link --parents=false -- --a b")
    assert [(flag.name, flag.value) for flag in copy.flags] == [("link", None), ("parents", "false")]
    assert words(copy) == ["--a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "FROM --platform=$BUILDPLATFORM a AS b",
        "COPY --from=b --chown=1:2 --chmod=755 --link --parents --exclude=a --exclude=b a b",
        "ADD --checksum=sha256:0 --keep-git-dir=true --link=TRUE --unpack=false --exclude=x a b",
        "RUN --mount=type=secret,id=x,env=X --mount=type=ssh --network=host --security=insecure --device=x a",
        "HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=0 --retries=3 CMD a",
        "HEALTHCHECK --interval= --start-interval=.5s CMD a",
        "ARG --x=y a",
        "STOPSIGNAL --x 9",
    ],
)
def test_the_flags_of_buildkit_are_known(text: str) -> None:
    only(f"FROM a\n{text}" if not text.startswith("FROM") else text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("RUN --mout=x y", "RUN does not have this flag, perhaps --mount is meant"),
        ("CMD --help", "CMD does not have this flag"),
        ("COPY --form=a b c", "COPY does not have this flag, perhaps --from is meant"),
        ("COPY --from a b", "COPY has --from without a value"),
        ("COPY --from=a --from=b c d", "COPY has --from twice"),
        ("COPY --link=1 a b", "COPY takes --link or --link=false"),
        ("HEALTHCHECK --interval=30 CMD a", "HEALTHCHECK has a --interval that is no duration like 30s"),
        ("HEALTHCHECK --retries=-1 CMD a", "HEALTHCHECK has a --retries that is no number"),
    ],
)
def test_a_wrong_flag_is_a_fault_and_the_words_are_read(text: str, message: str) -> None:
    assert faults(text) == [message]
    assert len(read(f"FROM a\n{text}").instructions) == 2


# --- faults ---


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("RUM x", "this line begins with no instruction, perhaps RUN is meant"),
        ("hunter2", "this line begins with no instruction"),
        ("RUN\u00a0x", "this line begins with no instruction, perhaps RUN is meant"),
        ("ENV a", "ENV has a name without a value"),
        ("ENV a=b c", "ENV has a word without '='"),
        ("ENV =b", "ENV has a value without a name"),
        ("ENV", "ENV needs a name and a value"),
        ("LABEL a", "LABEL has a name without a value"),
        ("ARG", "ARG needs a name"),
        ("ARG =b", "ARG has a value without a name"),
        ("FROM", "FROM takes an image, or an image, AS and a name"),
        ("FROM a b", "FROM takes an image, or an image, AS and a name"),
        ("FROM a IS b", "FROM takes an image, or an image, AS and a name"),
        (
            "FROM a AS 1",
            "a stage's name begins with a letter and has letters, digits, '-', '_' and '.' only",
        ),
        ("COPY a", "COPY needs a source and a destination"),
        ("COPY []", "COPY needs a source and a destination"),
        ("COPY a <<E\nx\nE", "COPY has a heredoc for a destination"),
        ("USER", "USER needs a user"),
        ("WORKDIR", "WORKDIR needs a path"),
        ("EXPOSE", "EXPOSE needs a port"),
        ("VOLUME []", "VOLUME needs a path"),
        ('VOLUME [" "]', "VOLUME has an empty path"),
        ("SHELL bash -c", "SHELL takes a JSON array of a program and its arguments"),
        ("SHELL []", "SHELL takes a JSON array of a program and its arguments"),
        ("HEALTHCHECK", "HEALTHCHECK needs CMD and a command, or NONE"),
        ("HEALTHCHECK curl x", "HEALTHCHECK needs CMD and a command, or NONE"),
        ("HEALTHCHECK NONE x", "HEALTHCHECK NONE takes no command"),
        ("HEALTHCHECK CMD", "HEALTHCHECK CMD needs a command"),
        ("ONBUILD", "ONBUILD needs an instruction"),
        ("ONBUILD ONBUILD RUN x", "ONBUILD cannot hold ONBUILD"),
        ("ONBUILD from x", "ONBUILD cannot hold FROM"),
        ("ONBUILD ENV a", "ENV has a name without a value"),
    ],
)
def test_what_buildkit_refuses_is_a_fault_and_costs_only_its_instruction(text: str, message: str) -> None:
    head = text.split("\n")[0]
    assert faults(text)[0] == message
    assert [i.text for i in read(f"FROM a\n{head}\nUSER z").instructions] == ["a", "z"]


def test_faults_point_at_the_word() -> None:
    text = "FROM a\nENV a=b \\\n  c\n"
    (fault,) = read(text).faults
    assert at(text, fault.span) == "c"


def test_several_lines_that_are_no_instruction_are_one_fault() -> None:
    assert len(faults("RUN a\n  b\n  c\nUSER z")) == 1


def test_a_file_without_instructions_has_a_fault() -> None:
    assert [fault.message for fault in read("# x\n").faults] == ["no instruction is in this file"]
    assert [fault.message for fault in read("").faults] == ["no instruction is in this file"]


def test_only_arg_may_stand_before_the_first_from() -> None:
    assert read("ARG a=1\nFROM b\n").faults == ()
    assert [fault.message for fault in read("ARG a\n").faults] == ["no FROM is in this file"]
    dockerfile = read("RUN a\nRUN b\nFROM c\n")
    assert [fault.message for fault in dockerfile.faults] == ["RUN stands before the first FROM"]
    assert len(dockerfile.instructions) == 3


# --- ports ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", Exposed(80, 80, "tcp", False)),
        ("53/UDP", Exposed(53, 53, "udp", False)),
        ("8000-8010", Exposed(8000, 8010, "tcp", False)),
        ("127.0.0.1:8080:80", Exposed(80, 80, "tcp", True)),
        ("[::1]:8080:80/sctp", Exposed(80, 80, "sctp", True)),
        ("8080:80", Exposed(80, 80, "tcp", True)),
        ("65536", None),
        ("90-80", None),
        ("80/icmp", None),
        ("http", None),
        ("", None),
    ],
)
def test_expose_names_ports(text: str, expected: Exposed | None) -> None:
    assert exposed(text) == expected


# --- variables ---

VALUES = {"V": "a.tar.gz", "E": "", "P": "/x/y/z", "S": "xx**", "Ü": "ü"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$V-$V.x", "a.tar.gz-a.tar.gz.x"),
        ("${V}x", "a.tar.gzx"),
        ("$Ü", "ü"),
        ("$U${U}", ""),
        ("${U:-d}${U-d}${E:-d}${E-d}${V:-d}", "ddda.tar.gz"),
        ("${V:+x}${E:+x}${E+x}${U+x}", "xx"),
        ("${V:?e}${E?e}", "a.tar.gz"),
        ("${U:-${E:-$V}}", "a.tar.gz"),
        ("${U:-a b}", "a b"),
        ('${U:-"}"}', "}"),
        ("${V%.*}", "a.tar"),
        ("${V%%.*}", "a"),
        ("${V#*.}", "tar.gz"),
        ("${V##*.}", "gz"),
        ("${V#?.}", "tar.gz"),
        ("${V%???}", "a.tar"),
        ("${P##*/}", "z"),
        ("${P%/*}", "/x/y"),
        ("${V%b}", "a.tar.gz"),
        ("${S%\\*}", "xx*"),
        ("${S%%\\**}", "xx"),
        ("${V/./-}", "a-tar.gz"),
        ("${V//./-}", "a-tar-gz"),
        ("${P//\\//:}", ":x:y:z"),
        ("${V/t*r/X}", "a.X.gz"),
        ("${V/*/X}", "X"),
        ("${V/q/X}", "a.tar.gz"),
        ("${E/*/X}${E/a/X}", "X"),
        ("'$V'", "$V"),
        ('"$V"', "a.tar.gz"),
        ("\"'$E'\"", "''"),
        ("\\$V", "$V"),
        ('"\\$V"', "$V"),
        ("a\\nb", "anb"),
        ('"a\\nb"', "a\\nb"),
        ('"a\\\\b"', "a\\b"),
        ("a\\", "a"),
        ("$1$@$#$$", ""),
        ("$", "$"),
        ("$.x$", "$.x$"),
        ("a<b << c", "a<b << c"),
    ],
)
def test_variables_and_quotes_are_resolved_as_buildkit_does(text: str, expected: str) -> None:
    expansion = expand(text, VALUES.get)
    assert (expansion.text, expansion.fault) == (expected, None)


def test_with_a_backtick_for_escape_a_backslash_stays() -> None:
    assert expand("c:\\x\\$V`$V", VALUES.get, "`").text == "c:\\x\\a.tar.gz$V"


def test_an_expansion_tells_which_variables_it_used_and_which_left_a_hole() -> None:
    expansion = expand("$V ${U:-d} $X ${E:+$Y}", VALUES.get)
    assert expansion.used == frozenset("VUXEY")
    assert expansion.missing == frozenset("XY")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("${U:?must be set}", "U must have a value"),
        ("${E:?}", "E must have a value"),
        ("${}", "a variable in ${} has no name"),
        ("${V", "a substitution in ${} is none that a Dockerfile has"),
        ("${V=x}", "a substitution in ${} is none that a Dockerfile has"),
        ("${V^^}", "a substitution in ${} is none that a Dockerfile has"),
        ("${V:0:3}", "a substitution in ${} is none that a Dockerfile has"),
        ("${V:-x", "missing '}' in a variable"),
        ("${V/a}", "missing '/' in a variable"),
        ("'a", "a single quote is not closed"),
        ('"a', "a double quote is not closed"),
        ("${V%\\x}", "a pattern escapes a character that needs none"),
        ("${U:-" * 50 + "}" * 50, "variables are nested too deeply"),
    ],
)
def test_what_cannot_be_resolved_is_a_fault(text: str, fault: str) -> None:
    assert expand(text, VALUES.get).fault == fault


def test_a_value_that_grows_without_end_is_a_fault() -> None:
    big = "x" * 50_000
    assert expand("$A$A$A", {"A": big}.get).fault == "a word becomes longer than 131072 characters"
    assert expand("${A//x/" + big + "}", {"A": big}.get).fault == "a replacement is too long"
    assert expand("${A%" + "*x" * 500 + "}", {"A": big}.get).fault == "a pattern is too long"


def test_many_stars_in_a_pattern_take_no_time() -> None:
    assert expand("${A#" + "*a" * 30 + "b}", {"A": "a" * 5000}.get).text == "a" * 5000


# --- properties ---

FRAGMENTS = [
    *("RUN", "FROM", "COPY", "ENV", "ARG", "CMD", "ONBUILD", "LABEL", "HEALTHCHECK", "USER", "VOLUME", "run"),
    *(
        " ",
        " ",
        "\t",
        "\n",
        "\n",
        "\\\n",
        "\\ \n",
        "\\\\\n",
        "\\",
        "\r\n",
        "\\\r\n",
        "# c\n",
        "#",
        "\n\n",
        "\v",
    ),
    *("'", '"', "=", "a", "b=c", "--from=x", "--x", "<<E", "<<-E", "<<'E'", "\nE\n", "\n\tE\n", "E", "<<<"),
    *('["a", "b"]', "[1]", '["a"', "$x", "${a:-b}", "${x", "é", "NONE", "&&", "|", "`", "\xa0", "AS", "--"),
    *("# escape=`\n", "#syntax=a\n", "#check=x\n"),
]
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))


def all_spans(instruction: Instruction) -> list[Span]:
    found = [instruction.span, instruction.keyword_span, *instruction.comments]
    found += [word.span for word in instruction.arguments]
    found += [span for flag in instruction.flags for span in (flag.span, flag.value_span)]
    found += [heredoc.span for heredoc in instruction.heredocs]
    for pair in instruction.pairs:
        found += [pair.name.span, *([pair.value.span] if pair.value else [])]
    return found


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_any_text_is_read_and_every_place_lies_inside_its_instruction(text: str) -> None:
    dockerfile = read(text)
    end = 0
    for instruction in dockerfile.instructions:
        assert end <= instruction.span.start
        end = instruction.span.end
        for span in all_spans(instruction):
            assert instruction.span.start <= span.start <= span.end <= instruction.span.end
        for heredoc in instruction.heredocs:
            assert at(text, heredoc.span) == heredoc.text
        if instruction.form is None and "\n" not in at(text, instruction.span):
            for word in instruction.arguments:
                assert at(text, word.span).startswith(word.text)
        assert instruction.script is None or isinstance(instruction.script, Passage)
    for comment in dockerfile.comments:
        assert text[comment.start] == "#"
    for fault in dockerfile.faults:
        assert 0 <= fault.span.start <= fault.span.end <= len(text)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.dictionaries(st.sampled_from(["a", "x", "U"]), st.text(max_size=5)))
def test_any_word_expands(text: str, values: dict[str, str]) -> None:
    expansion = expand(text, values.get)
    assert expansion.missing <= expansion.used
    assert not (expansion.fault and expansion.text)


# --- dockerfile-parse as arbiter ---

logging.getLogger("dockerfile_parse").setLevel(logging.CRITICAL)


def normalised(dockerfile: Dockerfile) -> str:
    """The text in a form that dockerfile-parse means to read as BuildKit does, line for line.

    Heredocs and comments become `#`, blank lines in an instruction as well, a continuation at the end of the
    file is closed, and `# escape=` comes first.
    """
    source = dockerfile.source
    lines = ["#" if line.lstrip().startswith("#") else line for line in source.text.split("\n")]
    for instruction in dockerfile.instructions:
        first = source.position(instruction.span.start)[0]
        last = source.position(instruction.span.end)[0]
        body = min((source.position(h.span.start)[0] for h in instruction.heredocs), default=last + 1)
        for number in range(first + 1, last + 1):
            if number >= body or not lines[number - 1].strip():
                lines[number - 1] = "#"
    if dockerfile.escape == "`":
        lines[0] = "# escape=`"
    return re.sub(r"\\[ \t]*\Z", "", "\n".join(lines)) + "\n"


def structure(text: str) -> list[tuple[str, int]]:
    parser = DockerfileParser(fileobj=io.BytesIO(text.encode()))
    return [
        (part["instruction"], part["startline"] + 1)
        for part in parser.structure
        if part["instruction"] != "COMMENT"
    ]


WORDS = st.sampled_from(["a", "b=c", "'x y'", '"$z"', "--from=q", "&&", "é", "#x", '["a"]', "x\\\\y"])
ARGUMENTS = st.lists(WORDS, min_size=2, max_size=5).map(" ".join)
BREAK = st.sampled_from([" ", " \\\n  ", " \\\n# c\n ", " \\ \n\n ", "\\\r\n\t"])
COMMANDS = st.builds(
    lambda keyword, words, gap, more: f"{keyword} {words}{gap}{more}",
    st.sampled_from(["RUN", "run", "CMD", "  ENTRYPOINT", "USER", "WORKDIR"]),
    ARGUMENTS,
    BREAK,
    ARGUMENTS,
)
HEREDOCS = st.builds(
    "RUN cat <<E{} x\n{}\nE".format, BREAK, st.sampled_from(["FROM evil", "# c", "a \\", "\nUSER x"])
)
BETWEEN = st.sampled_from(["\n", "\n\n", "\n# c\n", "\n  # c \\\n", "\r\n"])
FILES = st.lists(st.tuples(st.one_of(COMMANDS, HEREDOCS), BETWEEN), min_size=1, max_size=6).map(
    lambda parts: "FROM a\n" + "".join(f"{command}{gap}" for command, gap in parts)
)


@settings(max_examples=150, deadline=None)
@given(FILES)
def test_dockerfile_parse_finds_the_same_instructions_on_the_same_lines(text: str) -> None:
    dockerfile = read(text)
    assume(not dockerfile.faults)  # a line that is no instruction is one to dockerfile-parse
    mine = [(i.keyword, dockerfile.source.position(i.span.start)[0]) for i in dockerfile.instructions]
    assert structure(normalised(dockerfile)) == mine


HANDWRITTEN = [
    "# check=skip=all\n# escape=`\nFROM a\nRUN x `\n\n  y\nCOPY a c:\\\nUSER z",
    "FROM a\nRUN a && \\\n# c\n\n  b\nRUN <<E\nFROM evil\n\nE\nUSER z\nCMD x \\",
    "FROM a\nONBUILD RUN <<-E\n\tUSER x\n\tE\nLABEL a=b \\\n  c=d\n\n\nEXPOSE 80\n",
    'ARG V=1\nFROM a:$V AS b\nFROM b\nHEALTHCHECK NONE\nSHELL ["a"]\nVOLUME /a\nSTOPSIGNAL 9\n',
]


@pytest.mark.parametrize("text", HANDWRITTEN)
def test_dockerfile_parse_agrees_on_files_written_by_hand(text: str) -> None:
    dockerfile = read(text)
    mine = [(i.keyword, dockerfile.source.position(i.span.start)[0]) for i in dockerfile.instructions]
    assert structure(normalised(dockerfile)) == mine
