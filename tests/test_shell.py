"""Shell text as commands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.syntax.shell import Command, Script, Word, from_words, parse
from compolint.syntax.shell_flow import downloads_run
from compolint.syntax.shell_scan import scan


def spelled(script: Script) -> list[str]:
    return [" ".join(word.spelling for word in command.words) for command in script.commands]


def commands(text: str) -> list[str]:
    """The commands of a text that is read completely, as they are spelled, in order."""
    script = parse(text)
    assert script.complete
    return spelled(script)


def last(text: str) -> Command:
    return parse(text).commands[-1]


def named(text: str, name: str) -> Command:
    return next(command for command in parse(text).commands if command.name == name)


def words(command: Command) -> list[str | None]:
    return [word.text for word in command.words]


# --- words ---


@pytest.mark.parametrize(
    "text", ["rm -rf /", "r''m -rf /", '"rm" -rf "/"', "\\rm '-rf' \\/", "$'rm' -r\\f /"]
)
def test_quotes_are_removed(text: str) -> None:
    assert words(last(text)) == ["rm", "-rf", "/"]


def test_the_name_of_a_command_is_without_folders() -> None:
    command = last("/usr/sbin/ufw disable")
    assert (command.name, words(command)) == ("ufw", ["/usr/sbin/ufw", "disable"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\\ b", "a b"),
        ("'a b'\"c d\"e", "a bc de"),
        ('"a\\"\\$b\\c"', 'a"$b\\c'),
        ("$'a\\n\\x41\\'\\u00e9\\101'", "a\nA'éA"),
        ('$"a"', "a"),
        ('""', ""),
        ('"  a  "', "  a  "),
        ("a\\\nb", "ab"),
        ("^a$", "^a$"),
        ("é'ü'", "éü"),
        ("--a='b c'", "--a=b c"),
        ("{a,b}", "{a,b}"),
        ("~/x", "~/x"),
    ],
)
def test_a_word_is_what_the_program_gets(text: str, expected: str) -> None:
    word = last(f"x {text} y").words[1]
    assert (word.text, word.raw) == (expected, text)


def test_what_only_a_run_tells_is_no_text() -> None:
    word = last('rm -rf "/srv/$APP"/x').words[2]
    assert word.text is None
    assert word.dynamic
    assert (word.spelling, word.prefix) == ("/srv/$APP/x", "/srv/")
    assert [(piece.text, piece.known) for piece in word.pieces] == [
        ("/srv/", True),
        ("$APP", False),
        ("/x", True),
    ]


@pytest.mark.parametrize("text", ["$x", "${x:-y}", "$(y)", "`y`", "$((1+1))", '"$@"', "$1", "<(y)"])
def test_expansions_are_not_known(text: str) -> None:
    assert named(f"a {text}", "a").words[1].text is None


def test_a_command_of_which_only_a_run_tells_the_name_has_none() -> None:
    assert last('"$CMD" x').name is None


# --- structure ---


@pytest.mark.parametrize(
    "text",
    [
        "a; b",
        "a && b",
        "a || b",
        "a | b",
        "a |& b",
        "a & b",
        "a\nb",
        "(a; b)",
        "{ a; b; }",
        "if a; then b; fi",
        "while a; do b; done",
        "for i in $(a); do b; done",
        "case $(a) in x) b;; esac",
        "f() { a; }; b",
        "function f { a; }; b",
        "f()\n{ a\n}\nb",
        "[[ $(a) ]] && b",
        "x=$(a); b",
        "(( $(a) )); b",
        "! a; b",
        "a # c; d\nb",
        "a \\\n; b",
        "(a\ncase x in\n y) ;;\nesac) | b",
    ],
)
def test_every_construct_is_walked(text: str) -> None:
    assert commands(text) == ["a", "b"]


@pytest.mark.parametrize(
    "text", ["b $(a)", "b `a`", 'b "$(a)"', 'b "x`a`"', "b <(a)", "b ${x:-$(a)}", "x=$(a) b"]
)
def test_substitutions_run(text: str) -> None:
    assert sorted(command.name or "" for command in parse(text).commands) == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        'echo "rm -rf /"',
        'grep "curl | sh" f',
        "git commit -m 'docker run --privileged'",
        "sed -i 's/a; rm -rf b//' f",
        "cat <<'EOF'\n$(rm -rf /)\nrm x\nEOF",
        "# rm -rf /\necho",
        "echo a\\; rm",
    ],
)
def test_data_is_not_run(text: str) -> None:
    assert len(commands(text)) == 1


def test_conditions_and_functions_are_told() -> None:
    script = parse("if a; then b; elif c; then d; fi; while e; do f; done; g() { h; }")
    assert [command.name for command in script.commands if command.in_test] == ["a", "c", "e"]
    assert [(command.name, command.function) for command in script.commands][-1] == ("h", "g")


def test_assignments_before_a_command_are_its_own() -> None:
    command = last("A=1 B='x y' env C=2 sudo D=3 cmd")
    assert [(each.name, each.value.text if each.value else None) for each in command.assignments] == [
        ("A", "1"),
        ("B", "x y"),
        ("C", "2"),
        ("D", "3"),
    ]


def test_other_assignments_are_of_the_script() -> None:
    script = parse("A=1; export B=2 C; D=(x y)\nE=$(id)")
    assert [(each.name, each.value.spelling if each.value else None) for each in script.assignments] == [
        ("A", "1"),
        ("B", "2"),
        ("D", None),
        ("E", "$(id)"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if x; then\n a | b | c -${t}f -\nelse\n d 1>&2\nfi", ["x", "a", "b", "c -${t}f -", "d"]),
        (
            'if x; then\n a "`b \'y\'`" "z"\n c " ` d \'e\'`"\nfi',
            ["x", "a `b 'y'` z", "b y", "c  ` d 'e'`", "d e"],
        ),
        ("f () {\n A=1 B=2\n c\n}", ["c"]),
        ("a `b \\`c d\\``", ["a `b \\`c d\\``", "b `c d`", "c d"]),
        ("X=$(< f sed x | y)", ["sed x", "y"]),
        ("ps -p $$ | grep x", ["ps -p $$", "grep x"]),
        ("a https://$H/$A-$B-c.d/$E `f`/g/`h`", ["a https://$H/$A-$B-c.d/$E `f`/g/`h`", "f", "h"]),
        ("for i in a\\\n b; do c; done", ["c"]),
        ("x=(a\n b)\nc", ["c"]),
        ("case x in\n a) b\n;; c|d)\n e\nesac", ["b", "e"]),
        ("{\n  a # it's\n  b\n}", ["a", "b"]),
        ("if a\nthen\n b\n\n\nelse c\nfi", ["a", "b", "c"]),
        ("(\n a\n b\n)", ["a", "b"]),
        ("exec 3<>/dev/tcp/h/80 && a >&3 && b <&3", ["exec", "a", "b"]),
        ("x=$(\n a\n b\n)", ["a", "b"]),
    ],
)
def test_no_line_is_lost_to_another(text: str, expected: list[str]) -> None:
    assert commands(text) == expected


# --- redirections ---


def redirects(command: Command) -> list[tuple[str, str, int | None]]:
    return [(each.operator, each.target.spelling, each.descriptor) for each in command.redirects]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > f", [(">", "f", None)]),
        ("a 2>>'x y' < g", [(">>", "x y", 2), ("<", "g", None)]),
        ("a &> f 2>&1", [("&>", "f", None), (">&", "1", 2)]),
        ("a <<< 'x y'", [("<<<", "x y", None)]),
        ("a &>> f <<< x", [("&>>", "f", None), ("<<<", "x", None)]),
        ("x | a > f", [(">", "f", None)]),
        ("x && a > f", [(">", "f", None)]),
        ("> f a", [(">", "f", None)]),
        ("{ a; } > f", [(">", "f", None)]),
        ("sudo a > f", [(">", "f", None)]),
    ],
)
def test_redirections_belong_to_their_command(text: str, expected: list[tuple[str, str, int | None]]) -> None:
    assert redirects(named(text, "a")) == expected


def test_only_the_last_command_of_a_pipe_is_redirected_by_what_stands_behind_it() -> None:
    assert redirects(named("a | b > f", "a")) == []


def test_words_behind_a_redirection_belong_to_the_command() -> None:
    assert commands("cat < f a b") == ["cat a b"]
    assert commands("<<E sudo tee /etc/x\nbody\nE") == ["tee /etc/x"]


def test_the_target_that_takes_the_output_is_told() -> None:
    (redirect,) = last("a 2> f").redirects
    assert not redirect.takes_output
    (redirect,) = last("a >> f").redirects
    assert redirect.takes_output


# --- heredocs ---


@pytest.mark.parametrize(
    ("text", "expected", "body"),
    [
        ("cat <<EOF\nrm x\nEOF\nls", ["cat", "ls"], "rm x\n"),
        ("cat <<'EOF'; ls\nrm x\nEOF", ["cat", "ls"], "rm x\n"),
        ("cat <<'EOF' 2>&1 | tail\nit's\nEOF", ["cat", "tail"], "it's\n"),
        ("cat <<EOF > f; ls\nx\nEOF", ["cat", "ls"], "x\n"),
        ("cat <<A - <<B\n1\nA\n2\nB\nls", ["cat -", "ls"], "1\n"),
        ("<<EOF cat\nx\nEOF", ["cat"], "x\n"),
        ("cat <<-EOF && ls\n\tx\n\tEOF", ["cat", "ls"], "\tx\n"),
        ('cat <<"E F" | ls\nx\nE F', ["cat", "ls"], "x\n"),
        ("cat <<EOF |\nx\nEOF\nls", ["cat", "ls"], "x\n"),
        ("if cat <<EOF; then ls; fi\nx\nEOF", ["cat", "ls"], "x\n"),
        ("cat <<\\EOF\nx $y\nEOF", ["cat"], "x $y\n"),
        ("cat <<EOF\r\nx\r\nEOF\r\n", ["cat"], "x\r\n"),
    ],
)
def test_heredocs_are_text_wherever_they_stand(text: str, expected: list[str], body: str) -> None:
    assert commands(text) == expected
    redirect = next(each for each in named(text, "cat").redirects if each.operator == "<<")
    assert (redirect.target.spelling, redirect.target.raw) == (body, body)


def test_a_heredoc_in_a_substitution_is_text() -> None:
    assert commands('git commit -m "$(cat <<\'EOF\'\nit\'s a "fix"; rm -rf /\nEOF\n)" && ls') == [
        "git commit -m $(cat <<'EOF'\nit's a \"fix\"; rm -rf /\nEOF\n)",
        "cat",
        "ls",
    ]


def test_what_an_unquoted_heredoc_substitutes_is_run() -> None:
    assert commands('cat <<EOF\n$(id -u) and `ls "a b"` $((1+1)) \\$(no)\nEOF') == ["cat", "id -u", "ls a b"]


def test_a_heredoc_for_a_shell_is_run() -> None:
    for text in (
        "bash <<EOF\nufw disable\nEOF",
        "ssh h <<'EOF'\nufw disable\nEOF",
        "sudo -i <<-E\n\tufw disable\n\tE",
    ):
        assert "ufw disable" in commands(text)
    assert last("ssh h <<'EOF'\nufw disable\nEOF").remote == "ssh"


# --- wrappers ---


@pytest.mark.parametrize(
    "wrapper",
    [
        "sudo",
        "sudo -u root -E",
        "sudo --user=root --",
        "doas -u x",
        "env -i A=1 -u B",
        "nohup",
        "setsid -f",
        "nice -n 10",
        "ionice -c2 -n 7",
        "stdbuf -oL",
        "timeout -k 5 --signal KILL 10m",
        "time -p",
        "command",
        "builtin",
        "exec -a x",
        "flock -n /lock",
        "chroot /mnt",
        "busybox",
        "tini -g --",
        "dumb-init",
        "gosu www",
        "su-exec www:www",
        "systemd-run --unit=x",
        "nsenter -t 1 -m",
        "unshare -n",
        "nohup sudo -E env A=1 timeout 5",
        "/usr/bin/sudo",
        "runuser -u www --",
        "strace -f -o log",
    ],
)
def test_what_only_starts_another_command_is_taken_off(wrapper: str) -> None:
    (command,) = parse(f"{wrapper} ufw disable").commands
    assert words(command) == ["ufw", "disable"]
    assert command.wrappers[0] == wrapper.split()[0].rpartition("/")[2]


@pytest.mark.parametrize(
    ("text", "wrappers"),
    [
        ("bash -c 'ufw disable'", ("bash -c",)),
        ('sh -lc "ufw disable"', ("sh -c",)),
        ("bash -x -o pipefail -ec 'ufw disable' arg", ("bash -c",)),
        ("sudo -u x bash -c 'ufw disable'", ("sudo", "bash -c")),
        ("su -c 'ufw disable'", ("su",)),
        ("su - user -c 'ufw disable'", ("su",)),
        ("runuser user -c 'ufw disable'", ("runuser",)),
        ("flock /l -c 'ufw disable'", ("flock",)),
        ("env -S 'ufw disable'", ("env",)),
        ("watch -n1 ufw disable", ("watch",)),
        ("eval ufw disable", ("eval",)),
        ("eval 'ufw '\"disable\"", ("eval",)),
        ("trap 'ufw disable' EXIT", ("trap",)),
        ("ssh -p 22 u@h ufw disable", ("ssh",)),
        ("ssh h -- 'sudo ufw disable'", ("ssh", "sudo")),
        ("docker exec -it -e A=b c ufw disable", ("docker exec",)),
        ("docker run --rm -v a:b --net host img ufw disable", ("docker run",)),
        ("podman container exec c ufw disable", ("podman container exec",)),
        ("docker -H x compose -f y exec -T s ufw disable", ("docker compose exec",)),
        ("docker-compose run --rm s ufw disable", ("docker-compose run",)),
        ("kubectl -n x exec -it p -- ufw disable", ("kubectl exec",)),
        ("find / -name x -exec ufw disable \\;", ("find -exec",)),
        ("find / -execdir ufw disable ';' -print", ("find -execdir",)),
        ("python3 -c 'import os; os.system(\"ufw disable\")'", ("python code",)),
        ('python -c \'subprocess.run(["ufw", "disable"])\'', ("python code",)),
        ("perl -e 'system(\"ufw disable\")'", ("perl code",)),
        ("node -e \"execSync('ufw disable')\"", ("node code",)),
        ("bash <<< 'ufw disable'", ("bash",)),
        ("echo ufw disable | sh", ("sh",)),
        ("printf 'ufw disable\\n' | sudo bash -s", ("sudo", "bash")),
        ("cat <<E | ssh h bash\nufw disable\nE", ("ssh", "bash")),
        ("echo 'ufw disable' > x; sh ./x", ("sh",)),
        ("cat > x.sh <<'E' && chmod +x x.sh && ./x.sh\nufw disable\nE", ("x.sh",)),
        ('sh -c \'sh -c "sh -c \\"ufw disable\\""\'', ("sh -c", "sh -c", "sh -c")),
    ],
)
def test_what_another_command_runs_is_found(text: str, wrappers: tuple[str, ...]) -> None:
    script = parse(text)
    assert script.complete
    command = named(text, "ufw")
    assert (words(command), command.wrappers) == (["ufw", "disable"], wrappers)


@pytest.mark.parametrize(
    "text",
    [
        "sudo -l",
        "sudo",
        "command -v ufw",
        "env",
        "xargs",
        "timeout 5",
        "exec > f",
        "sudo -i",
        "su - user",
        "time",
    ],
)
def test_a_wrapper_without_a_command_is_one_itself(text: str) -> None:
    assert last(text).name == text.split()[0]


def test_what_runs_elsewhere_is_marked() -> None:
    assert named("ssh h ls", "ls").remote == "ssh"
    assert named("docker exec c sh -c ls", "ls").remote == "docker exec"
    assert named("sudo ls", "ls").remote is None


def test_xargs_adds_the_words_that_it_reads() -> None:
    command = named("echo '/srv /etc' | xargs -n1 rm -rf", "rm")
    assert words(command) == ["rm", "-rf", "/srv", "/etc"]
    assert [each.name for each in command.input_from] == ["echo"]


def test_a_loop_over_the_arguments_may_have_its_body_behind_its_name() -> None:
    script = parse("f() { for file do rm $file; done; }; for x do ls; done; echo for x do")
    assert [words(each) for each in script.commands if each.name != "f"] == [
        ["rm", None], ["ls"], ["echo", "for", "x", "do"],
    ]  # fmt: skip
    assert not script.unread


def test_xargs_and_find_add_words_that_are_not_known() -> None:
    command = named("ls /a | xargs -n1 rm -rf", "rm")
    assert (words(command), [each.name for each in command.input_from]) == (["rm", "-rf", None], ["ls"])
    assert words(named("find / -exec rm {} +", "rm")) == ["rm", None]
    assert words(named("find / -exec sh -c 'rm {}' \\;", "rm")) == ["rm", None]


def test_words_are_found_in_the_text_through_plain_quotes() -> None:
    text = "sudo bash -c 'cd /x && rm -rf \"/a b\"'"
    assert [word.raw for word in named(text, "rm").words] == ["rm", "-rf", '"/a b"']
    text = 'eval "echo \\"x y\\""'
    assert named(text, "echo").words[0].raw == "echo"


def test_nesting_has_a_limit() -> None:
    text = "sudo " * 20 + "ls"
    assert not parse(text).complete
    text = "ls"
    for _ in range(12):
        text = "eval '" + text.replace("'", "'\\''") + "'"
    assert not parse(text).complete


def test_words_of_exec_form_are_read_the_same_way() -> None:
    script = from_words(["sudo", "bash", "-c", "curl x | sh", "a b"])
    assert spelled(script) == ["bash -c curl x | sh a b", "curl x", "sh"]
    assert script.text == "sudo bash -c curl x | sh a b"
    assert [word.raw for word in script.commands[1].words] == ["curl", "x"]
    assert spelled(from_words(["echo", "$x; rm", "*"])) == ["echo $x; rm *"]
    assert not any(word.dynamic for command in script.commands for word in command.words)
    assert from_words([]).commands == ()


# --- variables ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('X=foo; rm $X ${X} "$X"', ["rm", "foo", "foo", "foo"]),
        ("X='a b'; rm $X \"$X\"", ["rm", "a", "b", "a b"]),
        ("A=/srv; B=$A/x; rm $B", ["rm", "/srv/x"]),
        ("CMD='rm -r'; $CMD x", ["rm", "-r", "x"]),
        ("X=rm; sh -c '$X y'", ["rm", "y"]),
        ("X=a; X=b; rm $X", ["rm", None]),
        ("X=a; read X; rm $X", ["rm", None]),
        ("X=a; for X in b c; do rm $X; done", ["rm", None]),
        ("X=a; X+=b; rm $X", ["rm", None]),
        ("X=a rm $X", ["rm", None]),
        ("X=$(a); rm $X", ["rm", None]),
        ("rm $X; X=a", ["rm", None]),
    ],
)
def test_a_variable_that_is_set_once_to_a_constant_is_known(text: str, expected: list[str | None]) -> None:
    assert words(named(text, "rm")) == expected


# --- input ---


def sources(text: str, name: str) -> list[str | None]:
    return [command.name for command in named(text, name).input_from]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl x | sh", ["curl"]),
        ("curl x 2>/dev/null | sudo -E sh -", ["curl"]),
        ("curl x | tee f | sh", ["tee", "curl"]),
        ("curl x | base64 -d | gunzip | sh", ["gunzip", "base64", "curl"]),
        ("sh <(curl x)", ["curl"]),
        ("sh < <(curl x)", ["curl"]),
        ('sh -c "$(curl x)"', ["curl"]),
        ("{ curl x; id; } | sh", ["curl", "id"]),
        ("curl x | (cd y; sh)", ["curl"]),
        ("curl x > >(sh)", ["curl"]),
        ("curl x | tee >(sh)", ["tee", "curl"]),
        ('X=$(curl x); echo "$X" | sh', ["echo", "curl"]),
        ("f() { curl x; }; f | sh", ["f", "curl"]),
        ("bash -c 'curl x' | sh", ["bash", "curl"]),
        ("curl x | jq . | wc; sh", []),
        ("curl x > f | sh", []),
        ("curl x | sh < f", []),
        ("curl x | wc | sh", ["wc"]),
    ],
)
def test_a_command_knows_whose_output_it_reads(text: str, expected: list[str]) -> None:
    assert sources(text, "sh") == expected


@pytest.mark.parametrize(
    "text",
    [
        "curl -fsSL https://x.io/i.sh | sh",
        "curl x | sudo -E bash -",
        "curl x | bash -s -- -y",
        "curl x | tee f | cat | bash",
        "curl x | base64 -d | sh",
        "bash <(curl x)",
        ". <(curl x)",
        'source /dev/stdin <<< "$(curl x)"',
        'sh -c "$(curl x)"',
        'bash -c "`wget -qO- x`"',
        'eval "$(wget -qO- x)"',
        "$(curl x)",
        'X=$(curl x); bash -c "$X"',
        "get() { curl x; }; get | sh",
        "curl x > >(sh)",
        "curl x | python3 -",
        "curl x | node",
        "curl x | ssh h bash",
        "curl x | xargs -I{} sh -c '{}'",
        "ssh h 'curl x | sh'",
        "docker exec c sh -c 'wget -O- x | sh'",
        "if ! command -v d; then curl x | sh; fi",
        "curl -o /tmp/i.sh https://x.io/i.sh && bash /tmp/i.sh",
        "curl -fsSLo i.sh https://x.io/i.sh; chmod +x i.sh; ./i.sh",
        "curl -sSLO https://a/b/f.sh?x=1; sh ./f.sh",
        "curl --output-dir /o -O https://a/y; /o/y",
        "curl x > f; chmod +x f; sudo ./f",
        "curl x | sudo tee f; bash f",
        "wget https://a/f.sh && . ./f.sh",
        "wget -P /opt https://a/i.sh; bash /opt/i.sh",
        "wget -qO /tmp/f https://a; python3 /tmp/f",
        "cd /tmp && wget https://a/x.sh && sh /tmp/x.sh",
        'curl x -o "$T/x"; sh "${T}/x"',
        "curl x -o a; mv a b; sh b",
        "curl -L https://a/k -o /usr/local/bin/k && chmod +x /usr/local/bin/k && k init",
        "RUN=1; curl a -o i.sh\nchmod +x i.sh\n./i.sh",
    ],
)
def test_a_download_that_is_run_is_found(text: str) -> None:
    (pair,) = downloads_run(parse(text))
    assert pair.download.name in ("curl", "wget")


@pytest.mark.parametrize(
    "text",
    [
        "curl -s https://api.example.com | jq .",
        "curl -o x.json https://api.example.com/x; cat x.json",
        "curl x | python3 -c 'import json'",
        "curl x | python3 -m json.tool",
        "curl x | perl -pe 's/a/b/'",
        "curl x | sh script.sh",
        "curl x | bash -c cat",
        "curl x | tar xz",
        "curl x | sudo apt-key add -",
        "curl https://a | gpg --dearmor | tee /etc/apt/k.gpg",
        "echo 'curl x | sh'",
        "grep 'curl x | bash' f",
        'bash "$(mktemp)"; curl x',
        "curl x > f; sh g",
        "curl -o /usr/local/bin/k x; ls",
        'V=$(curl x | jq -r .v); bash -c "docker pull a:$V"',
        'eval "export A=$(curl x)"',
        "which curl | sh",
        "sh a; curl -o a x",
    ],
)
def test_a_download_that_is_data_is_not_run(text: str) -> None:
    assert downloads_run(parse(text)) == ()


# --- what cannot be read ---


@pytest.mark.parametrize(
    "text", ["a 'b", 'a "b', "a $(b", "if a", "a )", "a | | b", "case x in", "{ a", "x" * 20_000]
)
def test_what_cannot_be_read_is_not_complete(text: str) -> None:
    assert not parse(text).complete


def test_one_bad_statement_costs_only_itself() -> None:
    script = parse("ls\na | | b\nufw disable\n")
    assert not script.complete
    assert {"ls", "ufw"} <= {command.name for command in script.commands}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "  ", "\\\n"])
def test_nothing_is_no_command(text: str) -> None:
    assert parse(text).commands == ()


@pytest.mark.parametrize(
    "piece",
    [
        "a|",
        "(",
        "$(",
        "${",
        '"$(',
        "`",
        "<",
        "<<E ",
        "a <<E\n",
        "if a; then ",
        "case x in a) ",
        "=))&>`\n",
        "[[ ",
        "{a,",
    ],
)
def test_hostile_text_is_given_up_in_time(piece: str) -> None:
    parse(piece * (100_000 // len(piece)))


def test_text_that_multiplies_itself_is_given_up_in_time() -> None:
    assert not parse("X='" + 'eval "$X";' * 300 + '\'; eval "$X"').complete
    parse("echo '" + "./f;" * 1000 + "' > f; ./f")


# --- properties ---

FRAGMENTS = [
    *(
        "sudo ",
        "bash -c ",
        "eval ",
        "xargs ",
        "curl x ",
        "sh ",
        "cat ",
        "echo ",
        "find . -exec ",
        "ssh h ",
        "env A=b ",
    ),
    *(
        "|",
        "&&",
        "||",
        ";",
        "\n",
        "&",
        "(",
        ")",
        "{ ",
        "; }",
        "$(",
        "`",
        "${",
        "}",
        "$((",
        "))",
        "<(",
        ">(",
        "[[ ",
        " ]]",
    ),
    *(
        "'",
        '"',
        "\\",
        "$x",
        "$'",
        "a",
        "x=1",
        "x=$(",
        "<<E\n",
        "<<-'E' ",
        "\nE\n",
        "<<<",
        "> f",
        "2>&1",
        "if ",
        "; then ",
    ),
    *(
        "; fi",
        "for i in ",
        "; do ",
        "; done",
        "case x in ",
        ") ",
        ";;",
        "esac",
        "f() ",
        "#",
        " ",
        "é",
        "\ue000",
        "\r\n",
        "!",
    ),
]
TEXTS = st.one_of(st.text(max_size=150), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))


def check(script: Script, whole: str) -> None:
    for command in script.commands:
        assert 0 <= command.start <= command.end <= len(whole)
        assert command.words
        found: list[Word] = [*command.words, *(redirect.target for redirect in command.redirects)]
        for word in found:
            assert 0 <= word.start <= word.end <= len(whole)
            assert word.raw == whole[word.start : word.end]
            assert (word.text is None) == word.dynamic
            assert word.spelling.startswith(word.prefix)
            for piece in word.pieces:
                assert 0 <= piece.start <= piece.end <= len(whole)
    assert list(script.commands) == sorted(script.commands, key=lambda command: command.start)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_any_text_is_read_and_every_word_is_a_piece_of_it(text: str) -> None:
    script = parse(text)
    check(script, text)
    downloads_run(script)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, max_size=4), st.sampled_from([[], ["sh", "-c"], ["sudo"], ["find", ".", "-exec"]]))
def test_any_words_are_read(arguments: list[str], before: list[str]) -> None:
    script = from_words([*before, *arguments])
    check(script, script.text)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_scan_changes_no_place(text: str) -> None:
    found = scan(text)
    assert len(found.text) == len(text)
    end = 0
    for start, stop in found.statements:
        assert end <= start < stop <= len(text)
        end = stop


SIMPLE = st.lists(
    st.sampled_from(
        [
            "apk", "--x=y", "/a/b", "*", "a1", "$X", "${Y}", '"$X/b"', "'a b'", 'a"b c"d', "$A-$B-c", "\\;",
            "a\\\nb", "X=1", "sudo", "sh", "-c", "'x && y'", "xargs", "eval", "$1", "export", "é", '""', ";",
            "&&", "||", "\n", "\t", "`x`", "> f", "| y",
        ]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(SIMPLE)
def test_simple_commands_are_cut_as_the_grammar_cuts_them(text: str) -> None:
    def told(script: Script, offset: int) -> list[object]:
        return [
            (
                each.name,
                each.wrappers,
                [(word.text, word.spelling, word.start - offset) for word in each.words],
            )
            for each in script.commands
        ]

    alone, grouped = parse(text), parse("{ " + text + "\n}")
    if grouped.complete:
        assert told(alone, 0) == told(grouped, 2)


WORD = st.text(alphabet=st.characters(exclude_characters="\0'", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=100, deadline=None)
@given(st.lists(WORD, min_size=1, max_size=4))
def test_single_quotes_keep_any_word(arguments: list[str]) -> None:
    text = "echo " + " ".join(f"'{argument}'" for argument in arguments)
    assert words(last(text)) == ["echo", *arguments]


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("ls\nif true; then (cd a; ls) fi\nufw disable\n", ["(cd a; ls)"]),
        ("ls\na | | b\nc\n", ["|"]),
        ("ls\necho 'b", ["'b"]),
        ("ls\nif a; then\n b\n", ["if a; then\n b\n"]),
        ("ls\n", []),
    ],
)
def test_the_places_of_what_cannot_be_read_are_known(text: str, unread: list[str]) -> None:
    assert [text[start:end] for start, end in parse(text).unread] == unread
