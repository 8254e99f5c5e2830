"""The command as a whole: its help, how it ends, pipes, terminals, and what it imports."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mews_vouchers.mock import faults

from tests.support.command import PROGRAM, Shell
from tests.support.example_processes import environment
from tests.support.waiting import TIMEOUT, wait_until

#: What no help needs: it takes long to import.
LATER = {
    "anyio._backends._asyncio",
    "attr",
    "email.utils",
    "http.cookiejar",
    "httpx",
    "mews_vouchers.mock",
    "mews_vouchers_client.models.voucher_code",
    "pyarrow",
    "tqdm",
    "urllib.request",
}


def loaded_by(program: str) -> set[str]:
    """Run a program in a new process; return the modules that are loaded at its end."""
    program = f"import json, sys\n{program}\nprint(json.dumps(list(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, env=environment()
    )
    return set(json.loads(done.stderr))


def loaded_by_command(*arguments: str) -> set[str]:
    """Run the command in a new process; return the modules that are loaded at its end."""
    return loaded_by(
        f"sys.argv[1:] = {arguments!r}\nfrom mews_vouchers.cli import main\nassert main() == 0"
    )


@pytest.mark.parametrize("arguments", [("--help",), ("codes", "--help"), ("vouchers", "--help")])
def test_help_is_fast(arguments: tuple[str, ...]) -> None:
    """Help imports the options of its own command only, and nothing that runs it."""
    loaded = loaded_by_command(*arguments)
    assert "click" in loaded
    assert sorted(loaded & LATER) == []


def test_the_help_of_all_does_not_import_the_client() -> None:
    """The help of the whole command needs no more than click: it comes at once."""
    loaded = loaded_by_command("--help")
    assert not {"mews_vouchers._public", "mews_vouchers_client", "ssl"} & loaded


def test_the_client_does_not_import_the_command() -> None:
    """Using the client does not import the command or click."""
    loaded = loaded_by("from mews_vouchers import VoucherClient")
    assert not {"mews_vouchers.cli", "click"} & loaded


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("check",),
        ("vouchers",),
        ("vouchers", "list"),
        ("vouchers", "export"),
        ("codes",),
        ("codes", "list"),
        ("codes", "export"),
        ("codes", "import"),
        ("codes", "delete"),
        ("changes",),
        ("mock",),
    ],
    ids=" ".join,
)
def test_every_command_has_help(shell: Shell, command: tuple[str, ...]) -> None:
    """Each command says what it does, and what each option means."""
    help_text = shell.succeed(*command, "--help").output
    assert help_text.startswith(f"Usage: {' '.join(('mews-vouchers', *command))} ")
    assert "\nOptions:\n" in help_text
    found = {*re.findall(r"--\S*token[\w-]*", help_text)}
    assert found <= {"--tokens"}  # a file: other users see arguments


def test_help_tells_exit_codes_settings_and_completion(shell: Shell) -> None:
    """The help of the whole has what each exit code means, all settings, and how to complete."""
    help_text = shell.succeed("--help").output
    for code in (0, 1, 2, 3, 4, 130, 141):
        assert f"\n    {code:<5}" in help_text
    assert all(name in help_text for name in shell.settings)
    assert "_MEWS_VOUCHERS_COMPLETE=bash_source mews-vouchers" in help_text


@pytest.mark.parametrize("arguments", [(), ("codes",)])
def test_without_a_command_there_is_help(shell: Shell, arguments: tuple[str, ...]) -> None:
    """Without a command, the help is a message, and the exit code is that of a wrong usage."""
    ended = shell.run(*arguments)
    assert (ended.code, ended.output) == (2, "")
    assert ended.messages.startswith("Usage: mews-vouchers ")


def test_version(shell: Shell) -> None:
    """`--version` names the release."""
    assert shell.succeed("--version").output.startswith("mews-vouchers ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing",), "No such command 'nothing' (see mews-vouchers --help)"),
        (("codes", "nothing"), "No such command 'nothing' (see mews-vouchers codes --help)"),
        (
            ("codes", "list", "--nothing"),
            "No such option '--nothing' (see mews-vouchers codes list --help)",
        ),
        (
            ("codes", "export"),
            "Missing argument 'FILE' (see mews-vouchers codes export --help)",
        ),
        (
            ("vouchers", "list", "--updated-since", "2026-01-31"),
            (
                "Invalid value for '--updated-since': '2026-01-31' is no datetime with a time "
                "zone, such as 2026-01-31T00:00:00Z (see mews-vouchers vouchers list --help)"
            ),
        ),
        (
            ("vouchers", "list", "--updated-until", "x"),
            (
                "Invalid value for '--updated-until': 'x' is no datetime with a time zone, "
                "such as 2026-01-31T00:00:00Z (see mews-vouchers vouchers list --help)"
            ),
        ),
    ],
)
def test_a_wrong_usage_is_one_line(shell: Shell, arguments: tuple[str, ...], message: str) -> None:
    """An error of the arguments is one line, with the help to read; its exit code is 2."""
    assert shell.fail(2, *arguments) == message


def test_words_can_be_completed() -> None:
    """The shell completes commands and options, as click does, and imports no command for it."""
    for words, expected in (
        ("mews-vouchers ", {"check", "vouchers", "codes", "changes", "mock"}),
        ("mews-vouchers c", {"check", "codes", "changes"}),
        ("mews-vouchers --h", {"--help"}),
        ("mews-vouchers codes ", {"list", "export", "import", "delete"}),
        ("mews-vouchers codes import --dates ", {"day-first", "month-first"}),
    ):
        settings = {
            "_MEWS_VOUCHERS_COMPLETE": "zsh_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        done = subprocess.run(
            PROGRAM, env=environment() | settings, capture_output=True, text=True, check=True
        )
        assert {*done.stdout.splitlines()} >= expected, done


@pytest.mark.parametrize("module", ["click"])
def test_a_missing_extra_is_one_line(module: str) -> None:
    """Without the packages of the extra, one line says what to install."""
    program = f"import sys; sys.modules[{module!r}] = None\n"
    program += "from mews_vouchers.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    message = 'error: the command needs click and tqdm: pip install "mews-vouchers[cli]"\n'
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


def test_a_mistake_of_the_program_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package that is missing is no missing extra."""
    monkeypatch.setitem(sys.modules, "mews_vouchers.cli._program", None)
    from mews_vouchers.cli import main  # noqa: PLC0415

    with pytest.raises(ModuleNotFoundError):
        main()


def test_a_missing_extra_of_the_mock_is_one_line() -> None:
    """Without the extra of the mock, `mock` says in one line what to install."""
    program = "import sys; sys.modules['jsonschema_rs'] = None; sys.argv[1:] = ['mock']\n"
    program += "from mews_vouchers.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        timeout=TIMEOUT,
    )
    message = 'error: the mock needs jsonschema-rs: pip install "mews-vouchers[mock]"\n'
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


def test_the_mock_gives_settings_for_the_command(tmp_path: Path) -> None:
    """What `mock` prints is a file for `--tokens`, with which the other commands work."""
    path = tmp_path / "mock.env"
    path.touch(mode=0o600)
    arguments = ["mock", "--port", "0", "--vouchers", "1", "--format", "dotenv"]
    with (
        path.open("wb") as output,
        subprocess.Popen([*PROGRAM, *arguments], stdout=output, env=environment()) as process,
    ):
        try:
            wait_until(lambda: "MEWS_SERVICE_ID" in path.read_text("utf-8"), TIMEOUT)
            listed = subprocess.run(
                [*PROGRAM, "vouchers", "list", "--format", "jsonl", "--tokens", str(path)],
                capture_output=True,
                text=True,
                check=True,
                env=environment(),
                timeout=TIMEOUT,
            )
            process.send_signal(signal.SIGINT)
            assert process.wait(TIMEOUT) == 0
        finally:
            process.kill()
    assert len(listed.stdout.splitlines()) == 1


# --- pipes and terminals


def test_a_closed_pipe_is_no_error(shell: Shell) -> None:
    """If the reader of the output leaves, the command ends at once and without a word."""
    shell.mock.seed(vouchers=1, codes_per_voucher=5_000)
    with shell.process("codes", "list", "--format", "csv") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("id,")
        process.stdout.close()
        assert process.wait(TIMEOUT) == 141
        assert process.stderr.read() == ""
    assert len(shell.mock.requests) < 5


def test_output_in_a_pipe_is_utf_8(shell: Shell) -> None:
    """Every character arrives in a pipe, also where the encoding of the system lacks it."""
    shell.mock.add_voucher(Name="Zimní pobyt 冬")
    ended = shell.run_process("vouchers", "list", PYTHONIOENCODING="cp1252")
    assert ended.code == 0
    assert "Zimní pobyt 冬" in ended.output


def test_a_terminal_shows_every_name(shell: Shell) -> None:
    """A console with an old encoding shows an escape sequence for what it lacks."""
    shell.mock.add_voucher(Name="Zimní 冬")
    code, shown = shell.run_on_terminal("vouchers", "list", PYTHONIOENCODING="cp1250")
    assert code == 0, shown
    assert r"\u51ac" in shown


def test_a_name_cannot_control_the_terminal(shell: Shell) -> None:
    """Control characters of the server do not reach a table."""
    shell.mock.add_voucher(Name="A\x1b[31mred\x07\nB")
    output = shell.succeed("vouchers", "list").output
    assert len(output.splitlines()) == 2
    assert "A [31mred" in output
    assert "\x1b" not in output


@pytest.mark.parametrize("quiet", [False, True])
def test_progress_is_shown_on_a_terminal_only(shell: Shell, *, quiet: bool) -> None:
    """A terminal has a progress bar, unless it is to be quiet; a pipe never has one."""
    shell.mock.seed(vouchers=1, codes_per_voucher=10)
    options = ("--quiet",) * quiet
    code, shown = shell.run_on_terminal("codes", "export", "a.csv", *options)
    assert code == 0, shown
    assert ("codes/s" in shown) == (not quiet)
    assert ("10 codes in a.csv" in shown) == (not quiet)
    ended = shell.run_process("codes", "export", "b.csv", *options)
    assert (ended.code, ended.output) == (0, "")
    assert len(ended.messages.splitlines()) == (0 if quiet else 1)


@pytest.mark.parametrize("arguments", [("codes", "list"), ("check",)])
def test_ctrl_c_is_one_line(shell: Shell, arguments: tuple[str, ...]) -> None:
    """Ctrl-C ends a command that only reads with one line, and the exit code of shells."""
    shell.mock.inject(faults.slow(2.0))
    with shell.process(*arguments) as process:
        wait_until(lambda: shell.mock.requests, TIMEOUT)
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, messages) == (130, "interrupted\n")


# --- errors


def test_an_error_of_the_server_is_one_line(shell: Shell) -> None:
    """A refusal, and a failure that may pass, have exit codes of their own."""
    shell.mock.inject(faults.error(403, "Not\nallowed."))
    assert "Not allowed." in shell.fail(4, "vouchers", "list")
    shell.mock.clear_faults()
    shell.mock.inject(faults.error(429, retry_after=5000))
    assert "429" in shell.fail(1, "vouchers", "list")


def test_verbose_shows_more(shell: Shell) -> None:
    """With `--verbose` there are the log of requests and the traceback, without tokens."""
    shell.mock.inject(faults.error(403))
    ended = shell.run_process("vouchers", "list", "--verbose")
    assert ended.code == 4
    assert "vouchers/getAll: ForbiddenError in attempt 1" in ended.messages
    assert "Traceback" in ended.messages
    assert ended.messages.splitlines()[-1].startswith("error: ")
    for token in ("MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN"):
        assert shell.settings[token] not in ended.messages


def test_a_bug_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a mistake of the program is one line, which says so."""

    def fail(*_: object, **__: object) -> None:
        raise LookupError("nobody expected this")

    monkeypatch.setattr("mews_vouchers.VoucherClient.call", fail)
    monkeypatch.delenv("MEWS_SERVICE_ID")
    line = shell.fail(1, "check")
    assert line == "LookupError: nobody expected this (a mistake of this program: see --verbose)"


def test_a_warning_is_one_line(shell: Shell) -> None:
    """A warning about a setting is one line, without the place in the code."""
    url = shell.settings["MEWS_BASE_URL"].replace("127.0.0.1", "0.0.0.0")  # noqa: S104
    ended = shell.run_process("check", MEWS_BASE_URL=url)
    assert ended.code == 0
    (line,) = ended.messages.splitlines()
    assert line.startswith("warning: ")
    assert "SettingsWarning" not in line


def test_the_log_of_the_client_is_silent(shell: Shell) -> None:
    """Retries are no messages of a command that succeeds."""
    shell.mock.inject(faults.error(503), calls=1)
    assert shell.run_process("vouchers", "list").messages == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_one_line(shell: Shell) -> None:
    """If the output cannot be written, one line says why."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "vouchers", "list"],
            cwd=shell.folder,
            env=shell.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "error: No space left on device\n")


def test_ctrl_c_before_the_command(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while arguments are read has the exit code of Ctrl-C, and no traceback."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("click.Group.parse_args", interrupt)
    ended = shell.run("check")
    assert (ended.code, ended.output, ended.messages.strip()) == (130, "", "")
