"""The command as a user runs it: a process of its own, against a sandbox."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import demo_import
import make_events
import pytest
from typer.testing import CliRunner

from cio_sdk.cli._command import app
from cio_sdk.sandbox import Sandbox


class Shell:
    """Runs the command in the current folder, with the environment of a sandbox."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.environment = {**os.environ, **sandbox.environment, "COLUMNS": "200"}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Run the command in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "cio_sdk.cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """Run the command to its end within this process, and return its exit code and what it printed."""
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.keys() - self.environment.keys():
                patch.delenv(name)
            done = CliRunner().invoke(app, arguments, input=stdin, env=self.environment, catch_exceptions=False)
        return done.exit_code, done.stdout, done.stderr

    def write(self, name: str, text: str) -> Path:
        (self.folder / name).write_text(text)
        return self.folder / name

    def files(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        yield Shell(tmp_path, sandbox)


EVENTS = "customer_id,name,timestamp,price\n42,purchase,2026-01-31,4.5\n43,purchase,2026-01-31,5\n"


# --- What is loaded --------------------------------------------------------------------------------------------------


def test_import_when_everything_is_right_then_it_ends_with_0_and_leaves_nothing_behind(shell: Shell) -> None:
    shell.write("orders.csv", EVENTS)

    code, out, err = shell.run("import", "events", "orders.csv")

    assert code == 0
    assert out.startswith("2 accepted, 0 rejected, in ")
    assert "price       → attributes.price (number)" in err
    assert [(event.customer_id, event.data) for event in shell.sandbox.events] == [
        ("42", {"price": 4.5}),
        ("43", {"price": 5}),
    ]
    assert shell.files() == {"orders.csv"}


def test_import_when_it_is_run_twice_then_no_event_is_counted_twice(shell: Shell) -> None:
    shell.write("orders.csv", EVENTS)

    assert [shell.run("import", "events", "orders.csv", "--quiet")[0] for _ in range(2)] == [0, 0]

    assert shell.sandbox.counts["events"] == 2


def test_import_when_of_every_kind_then_the_sandbox_has_it(shell: Shell) -> None:
    shell.write("people.csv", "id,plan\n42,pro\n")
    shell.write("devices.jsonl", '{"id": 42, "token": "t0k3n", "platform": "ios"}\n')
    shell.write("objects.tsv", "object_id\tseats\nacme\t50\n")

    assert shell.run("import", "people", "people.csv")[0] == 0
    assert shell.run("import", "devices", "devices.jsonl")[0] == 0
    assert shell.run("import", "objects", "objects.tsv", "--object-type", "1")[0] == 0

    assert shell.sandbox.people["42"].attributes == {"plan": "pro"}
    assert [device.id for device in shell.sandbox.devices] == ["t0k3n"]
    assert shell.sandbox.objects["1", "acme"].attributes == {"seats": 50}


def test_import_when_given_several_files_then_they_are_one_import(shell: Shell) -> None:
    shell.write("a.csv", "id,plan\n1,a\n1,b\n")
    shell.write("b.csv", "id,plan\n1,c\n2,d\n")

    code, out, _ = shell.run("import", "people", "*.csv")

    assert (code, out[:10]) == (0, "4 accepted")
    assert shell.sandbox.people["1"].attributes == {"plan": "c"}


def test_import_when_given_standard_input_then_it_is_read(shell: Shell) -> None:
    code, _, _ = shell.run("import", "events", "-", "--format", "csv", stdin=EVENTS)

    assert code == 0
    assert shell.sandbox.counts["events"] == 2


def test_import_when_rows_are_wrong_or_refused_then_they_are_in_a_file_with_reasons(shell: Shell) -> None:
    shell.write("people.csv", "id,cio_id,plan\n42,,pro\n,,pro\n,unknown,x\n")

    code, out, _ = shell.run("import", "people", "people.csv", "--quiet")

    assert code == 1
    assert "1 accepted, 2 rejected" in out
    assert "people.csv.rejected.jsonl" in out
    wrong, refused = map(json.loads, (shell.folder / "people.csv.rejected.jsonl").read_text().splitlines())
    assert wrong == {
        "id": "",
        "cio_id": "",
        "plan": "pro",
        "_rejected": {
            "file": "people.csv",
            "line": 3,
            "reason": "names nobody; fill one of id, cio_id",
            "types": {"plan": "string"},
        },
    }
    assert refused["_rejected"]["line"] == 4
    assert refused["_rejected"]["field"] == "identifiers.cio_id"


def test_rejected_rows_when_mended_then_their_file_can_be_imported(shell: Shell) -> None:
    shell.write("orders.csv", "id,name,price\n" + "1,purchase,4.5\n" * 3 + "2,purchase,x\n3,purchase,5\n")
    shell.run("import", "events", "orders.csv", "--type", "price=number")
    rejected = shell.folder / "orders.csv.rejected.jsonl"
    rejected.write_text(rejected.read_text().replace('"x"', "6"))

    code, out, _ = shell.run("import", "events", "orders.csv.rejected.jsonl")

    assert (code, out[:10]) == (0, "1 accepted")
    assert shell.sandbox.events[-1].data == {"price": 6}


def test_rejected_rows_when_not_mended_then_they_are_rejected_again_for_the_same_reasons(shell: Shell) -> None:
    text = "id,name,price,note\n" + "1,purchase,4.5,x\n" * 20 + '2,purchase,x,\n,purchase,1,\n3\n4,a,5,6,7\n5,"\udcff\n'
    (shell.folder / "a.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert shell.run("import", "events", "a.csv")[0] == 1
    first = [json.loads(line) for line in (shell.folder / "a.csv.rejected.jsonl").read_text().splitlines()]

    code, out, _ = shell.run("import", "events", "a.csv.rejected.jsonl")

    assert (code, out[:24]) == (1, "0 accepted, 5 rejected, ")
    again = [
        json.loads(line) for line in (shell.folder / "a.csv.rejected.jsonl.rejected.jsonl").read_text().splitlines()
    ]
    cells = [{name: cell for name, cell in row.items() if name != "_rejected"} for row in first]
    assert cells == [{name: cell for name, cell in row.items() if name != "_rejected"} for row in again]
    assert [row["_rejected"]["types"] for row in first + again] == [{"price": "number", "note": "string"}] * 10


def test_dry_run_when_rows_are_read_then_nothing_is_sent_and_it_says_what_would_be(shell: Shell) -> None:
    shell.write("orders.csv", EVENTS + ",purchase,,\n")
    shell.write("orders.csv.checkpoint", "of a former import")

    code, out, err = shell.run("import", "events", "orders.csv", "--dry-run")

    assert code == 1
    assert out == "Nothing was sent. 2 rows would be, in 1 request with 0.0 MB; 1 would be rejected.\n"
    assert '"name": "purchase"' in err
    assert "orders.csv, line 4: names nobody; fill one of customer_id" in err
    assert shell.sandbox.counts["events"] == 0
    assert shell.files() == {"orders.csv", "orders.csv.checkpoint"}


def test_dry_run_when_there_are_no_keys_then_it_works_as_well(shell: Shell) -> None:
    shell.write("orders.csv", EVENTS)
    shell.environment = {name: value for name, value in shell.environment.items() if not name.startswith("CIO_")}

    assert shell.run("import", "events", "orders.csv", "--dry-run")[0] == 0


# --- What cannot begin -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nope.csv"], "cio-sdk: nope.csv: there is no such file"),
        (["a.csv", "--map", "x"], "--map: 'x' is not of the form COLUMN=FIELD"),
        (["a.csv", "--map", "x=id"], "a.csv, line 1: has no column x for --map"),
        (["a.csv", "--type", "plan=int"], "--type: 'int' for plan is none of string, number, boolean, time, json"),
        (["a.csv", "--timezone", "Mars"], "--timezone: 'Mars' is no timezone, such as Europe/Berlin"),
        (["a.csv", "--requests-per-second", "0"], "cio-sdk: --requests-per-second: must be a number, more than 0"),
        (["-", "--format", "csv", "--checkpoint", "x"], "--checkpoint: standard input has none, as it cannot be read"),
        (["/dev/null", "--format", "csv"], "/dev/null: can be read once only; give - in its place"),
        (["x" * 300], "x: there is no such file"),
        (["bad.csv"], "bad.csv, line 1: two columns are called 'id'"),
        (["a.csv", "--checkpoint", "bad.csv"], "bad.csv: is no checkpoint of this command"),
    ],
)
def test_import_when_it_cannot_begin_then_it_ends_with_2_and_one_sentence(
    shell: Shell, arguments: list[str], words: str
) -> None:
    shell.write("a.csv", "id,plan\n1,a\n")
    shell.write("bad.csv", "id,id\n")

    code, out, err = shell.run("import", "people", *arguments, "--quiet")

    assert code == 2
    assert words in err
    assert len(err.splitlines()) == 1
    assert not out
    assert shell.sandbox.counts["people"] == 0


@pytest.mark.parametrize("arguments", [["--timeout", "nan"], ["--timeout", "1e300"], ["--platform", "iso"]])
def test_import_when_an_option_is_out_of_range_then_it_ends_with_2(shell: Shell, arguments: list[str]) -> None:
    shell.write("a.csv", "id,token\n1,a\n")

    code, _, err = shell.run("import", "devices", "a.csv", *arguments)

    assert code == 2
    assert arguments[0] in err


def test_import_when_there_are_no_keys_then_it_says_which_are_needed(shell: Shell) -> None:
    shell.write("a.csv", "id\n1\n")
    shell.environment = {name: value for name, value in shell.environment.items() if not name.startswith("CIO_")}

    code, _, err = shell.run("import", "people", "a.csv", "--quiet")

    assert code == 2
    assert "CIO_SITE_ID" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rejected", "a.csv"], "a.csv: is a file that is imported; name another with --rejected"),
        (["--rejected", "link.csv"], "link.csv: is a file that is imported; name another with --rejected"),
        (["--checkpoint", "link.csv"], "link.csv: is a file that is imported; name another with --checkpoint"),
        (["--checkpoint", "x", "--rejected", "./x"], "x: is the file of rejected rows as well; name another with --ch"),
        (["--checkpoint", "x", "--rejected", "x.new"], "x.new: is the file of rejected rows as well"),
        (["--rejected", "notes.txt"], "notes.txt: is not a file of rejected rows; move it away, or name another"),
        (["--rejected", "none/x"], "none/x: cannot be written: No such file or directory"),
        (["--checkpoint", "none/x"], "none/x: cannot be written: No such file or directory"),
        (["--rejected", "x" * 300], ": cannot be written: File name too long"),
    ],
)
def test_import_when_it_would_write_where_it_must_not_then_it_is_refused_and_nothing_is_touched(
    shell: Shell, arguments: list[str], words: str
) -> None:
    shell.write("a.csv", "id\n1\n")
    shell.write("notes.txt", "mine\n")
    (shell.folder / "link.csv").symlink_to("a.csv")

    code, _, err = shell.run("import", "people", "a.csv", "--quiet", *arguments)

    assert code == 2
    assert words in err
    assert shell.files() == {"a.csv", "link.csv", "notes.txt"}
    assert (shell.folder / "a.csv").read_text() == "id\n1\n"
    assert (shell.folder / "notes.txt").read_text() == "mine\n"
    assert shell.sandbox.counts["people"] == 0


def test_import_when_another_of_the_same_file_is_running_then_it_is_refused(shell: Shell) -> None:
    make_events.write(shell.folder / "events.csv", 60_000)
    process = shell.start("import", "events", "events.csv", "--quiet")
    while shell.sandbox.counts["events"] < 2_000:
        assert process.poll() is None

    code, _, err = shell.run("import", "events", "events.csv", "--quiet")

    assert (code, err) == (
        2,
        "cio-sdk: events.csv.checkpoint: another import of this file is running; wait for its end\n",
    )
    process.kill()
    process.communicate()


# --- Rejected rows are not lost --------------------------------------------------------------------------------------


def reject(shell: Shell, *arguments: str, rows: int = 1) -> Path:
    """Import a file with rows that are wrong."""
    shell.write("a.csv", "id,plan\n" + ",pro\n" * rows)
    assert shell.run("import", "people", "a.csv", "--quiet", *arguments)[0] == 1
    return shell.folder / "a.csv.rejected.jsonl"


def test_rejected_rows_of_an_earlier_import_when_there_are_new_ones_then_they_are_kept_beside_them(
    shell: Shell,
) -> None:
    mended = reject(shell).read_text().replace('"id": ""', '"id": "7"')
    shell.write("a.csv.rejected.jsonl", mended)

    reject(shell, rows=2)

    assert (shell.folder / "a.csv.1.rejected.jsonl").read_text() == mended
    assert len((shell.folder / "a.csv.rejected.jsonl").read_text().splitlines()) == 2


def test_rejected_rows_of_an_earlier_import_when_there_are_no_new_ones_then_they_stay(shell: Shell) -> None:
    before = reject(shell).read_text()
    shell.write("a.csv", "id,plan\n1,pro\n")

    assert shell.run("import", "people", "a.csv", "--quiet", "--restart")[0] == 0

    assert (shell.folder / "a.csv.rejected.jsonl").read_text() == before


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_rejected_rows_when_they_go_to_a_device_then_it_is_written_to_and_stays(shell: Shell, device: str) -> None:
    reject(shell, "--rejected", device, "--checkpoint", "/dev/null")

    assert Path("/dev/null").is_char_device()
    assert shell.files() == {"a.csv"}


def cut_off(shell: Shell) -> Path:
    """Cut an import off behind a row that was rejected."""
    make_events.write(shell.folder / "events.csv", 10)
    text = (shell.folder / "events.csv").read_text()
    header, rest = text.split("\n", 1)
    shell.write("events.csv", f"{header}\n,x,,,,,\n{rest}")
    shell.environment["CIO_TRACK_URL"] = f"{shell.sandbox.url}/nowhere"
    assert shell.run("import", "events", "events.csv", "--quiet")[0] == 3
    shell.environment["CIO_TRACK_URL"] = shell.sandbox.url
    return shell.folder / "events.csv.rejected.jsonl"


@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_text("{}\n" * 200)])
def test_rejected_rows_when_changed_before_an_import_goes_on_then_it_is_refused_until_restarted(
    shell: Shell, change: Callable[[Path], None]
) -> None:
    rejected = cut_off(shell)
    change(rejected)
    before = rejected.exists() and rejected.read_text()

    code, _, err = shell.run("import", "events", "events.csv", "--quiet")

    assert code == 2
    assert "events.csv.rejected.jsonl: is not as the import left it; put it back as it was, or begin anew" in err
    assert (rejected.exists() and rejected.read_text()) == before


def test_rejected_rows_when_an_import_goes_on_then_each_is_there_once(shell: Shell) -> None:
    rejected = cut_off(shell)
    with rejected.open("a") as file:
        file.write('{"id": "cut o')

    assert shell.run("import", "events", "events.csv", "--quiet")[0] == 1

    assert [json.loads(line)["_rejected"]["line"] for line in rejected.read_text().splitlines()] == [2]
    assert shell.files() == {"events.csv", "events.csv.rejected.jsonl"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        "[" * 100_000,
        '{"version": 2}',
        '{"version": 2, "command": {}, "files": [1]}',
        '{"version": 2, "command": {}, "files": [], "file": 0}',
        '{"version": 2, "command": {}, "files": [{}], "position": [-1, 0]}',
        '{"version": 2, "command": {}, "files": [{}], "position": 3}',
        '{"version": 2, "command": {}, "files": [{}], "file": 7}',
    ],
)
def test_checkpoint_when_it_is_damaged_then_it_is_refused_in_one_sentence(shell: Shell, text: str) -> None:
    shell.write("a.csv", "id\n1\n")
    shell.write("a.csv.checkpoint", text)

    code, _, err = shell.run("import", "people", "a.csv", "--quiet")

    assert code == 2
    assert "a.csv.checkpoint: is no checkpoint of this command; move it away, or name another" in err


# --- What is cut off -------------------------------------------------------------------------------------------------


def begun(shell: Shell, rows: int = 20_000) -> Path:
    """Cut an import off after some of its requests."""
    path = shell.folder / "events.csv"
    make_events.write(path, rows)
    shell.environment["CIO_TRACK_URL"] = f"{shell.sandbox.url}/nowhere"
    assert shell.run("import", "events", "events.csv", "--quiet")[0] == 3
    shell.environment["CIO_TRACK_URL"] = shell.sandbox.url
    return path


def test_import_when_keys_are_wrong_then_it_ends_with_3_and_goes_on_when_they_are_right(shell: Shell) -> None:
    shell.write("orders.csv", EVENTS)
    shell.environment["CIO_TRACKING_API_KEY"] = "wrong"

    code, out, err = shell.run("import", "events", "orders.csv", "--quiet")

    assert code == 3
    assert "0 accepted, 0 rejected" in out
    assert "stopped early: 401 from POST /api/v2/batch" in err
    assert err.endswith("Mend that, then run the same command again to go on\n")

    shell.environment.update(shell.sandbox.environment)
    code, out, err = shell.run("import", "events", "orders.csv")

    assert (code, out[:10]) == (0, "2 accepted")
    assert "Going on after 0 rows, done before." in err


def test_import_when_the_network_is_lost_then_it_goes_on_where_it_was(shell: Shell) -> None:
    make_events.write(shell.folder / "events.csv", 30_000)
    process = shell.start("import", "events", "events.csv", "--timeout", "1", "--concurrency", "1")
    while shell.sandbox.counts["events"] < 4_000:
        assert process.poll() is None
    shell.sandbox.close()
    _, err = process.communicate(timeout=60)

    assert process.returncode == 3
    assert "stopped early: " in err
    assert "events.csv.checkpoint" in shell.files()
    there = shell.sandbox.counts["events"]
    assert 4_000 <= there < 30_000

    with Sandbox() as other:
        shell.environment.update(other.environment)
        code, out, err = shell.run("import", "events", "events.csv")

        assert code == 0
        assert out.startswith("30,000 accepted")
        assert there + other.counts["events"] >= 30_000


@pytest.mark.parametrize(
    ("change", "arguments", "words"),
    [
        ("customer_id,name\n1,x\n", [], "events.csv: has changed since the import of events.csv.checkpoint began"),
        (None, ["--map", "gift=-"], "was begun with another --map; give the same, or begin anew with --restart"),
        (None, ["--checkpoint", "other.checkpoint"], "other.checkpoint: is the checkpoint of other files"),
    ],
)
def test_import_when_the_checkpoint_is_of_something_else_then_it_is_refused_until_told_to_restart(
    shell: Shell, change: str | None, arguments: list[str], words: str
) -> None:
    begun(shell, 10)
    checkpoint = json.loads((shell.folder / "events.csv.checkpoint").read_text())
    checkpoint["files"][0]["path"] = "another.csv"
    shell.write("other.checkpoint", json.dumps(checkpoint))
    if change is not None:
        shell.write("events.csv", change)

    code, _, err = shell.run("import", "events", "events.csv", "--quiet", *arguments)
    assert code == 2
    assert words in err

    assert shell.run("import", "events", "events.csv", "--quiet", "--restart", *arguments)[0] == 0


def test_import_when_the_file_changes_while_it_is_read_then_it_stops_and_says_so(shell: Shell) -> None:
    path = shell.folder / "events.csv"
    make_events.write(path, 60_000)
    process = shell.start("import", "events", "events.csv", "--quiet")
    while shell.sandbox.counts["events"] < 2_000:
        assert process.poll() is None
    os.utime(path, (1, 1))
    out, err = process.communicate(timeout=60)

    assert process.returncode == 3
    assert err.endswith(
        "events.csv: has changed while it was read; import a copy that stays as it is, with --restart\n"
    )
    accepted = int(out.split()[0].replace(",", ""))
    assert 2_000 <= accepted <= shell.sandbox.counts["events"]


def test_import_when_interrupted_then_it_ends_with_130_and_goes_on(shell: Shell) -> None:
    make_events.write(shell.folder / "events.csv", 60_000)
    process = shell.start("import", "events", "events.csv", "--quiet")
    while shell.sandbox.counts["events"] < 2_000:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert err == "cio-sdk: stopped by Ctrl-C. Run the same command again to go on\n"
    assert shell.run("import", "events", "events.csv", "--quiet")[0] == 0
    assert shell.sandbox.counts["events"] == 60_000


@pytest.fixture
def silent_host() -> Iterator[socket.socket]:
    """A host that takes requests, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


@pytest.mark.parametrize(
    ("presses", "words"), [(1, "stopped by Ctrl-C. Run the same"), (2, "stopped by Ctrl-C at once. Run the same")]
)
def test_import_when_interrupted_while_a_request_hangs_then_it_ends_with_130(
    shell: Shell, silent_host: socket.socket, presses: int, words: str
) -> None:
    shell.write("orders.csv", EVENTS)
    shell.environment["CIO_TRACK_URL"] = f"http://127.0.0.1:{silent_host.getsockname()[1]}"
    process = shell.start("import", "events", "orders.csv", "--quiet", "--timeout", "2" if presses == 1 else "3000")
    connection, _ = silent_host.accept()
    with connection:
        assert connection.recv(1)
        for _ in range(presses):
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.5)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert f"cio-sdk: {words} command again to go on\n" in err


def test_command_when_interrupted_while_it_starts_then_it_ends_with_130_and_one_sentence(shell: Shell) -> None:
    process = shell.start("import", "events", "-", "--format", "csv")
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (130, "cio-sdk: stopped by Ctrl-C at once.\n")


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-", "<&-", ">/dev/full", "2>/dev/full"])
@pytest.mark.parametrize(("price", "expected"), [("5", 0), ("x", 1)])
def test_import_when_its_output_cannot_be_written_then_the_exit_code_is_the_same(
    shell: Shell, redirection: str, price: str, expected: int
) -> None:
    shell.write("a.csv", f"id,price\n1,{price}\n")
    command = f"{sys.executable} -m cio_sdk.cli import people a.csv --type price=number {redirection}"

    done = subprocess.run(["sh", "-c", command], env=shell.environment, capture_output=True, text=True, check=False)

    assert done.returncode == expected
    assert "Error" not in done.stderr


def test_import_when_the_terminal_knows_few_characters_then_others_are_written_out(shell: Shell) -> None:
    shell.write("a.csv", "id\n1\n")
    shell.environment["PYTHONIOENCODING"] = "ascii"

    process = shell.start("import", "people", "a.csv")
    _, err = process.communicate(timeout=60)

    assert process.returncode == 0
    assert "id \\u2192 identifiers.id" in err


def test_standard_input_when_closed_then_it_is_refused(shell: Shell) -> None:
    command = f"{sys.executable} -m cio_sdk.cli import people - --format jsonl <&-"

    done = subprocess.run(["sh", "-c", command], env=shell.environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (2, "cio-sdk: -: is closed; pipe a file into it\n")


def test_import_when_many_rows_wait_for_one_then_it_is_sent_first(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cio_sdk.cli._ledger._MOST_WAITING", 1_000)
    shell.write("a.csv", "id,email\n" + ("1,\n" + ",\n" * 2_000) * 3)

    _, dry, _ = shell.run("import", "people", "a.csv", "--dry-run")
    code, out, _ = shell.run("import", "people", "a.csv")

    assert dry.startswith("Nothing was sent. 3 rows would be, in 3 requests ")
    assert (code, out[:27]) == (1, "3 accepted, 6,000 rejected,")


def test_import_when_the_disk_is_full_then_it_stops_with_one_sentence(shell: Shell) -> None:
    shell.write("a.csv", "id,email\n" + ",\n" * 5_000)

    code, _, err = shell.run("import", "people", "a.csv", "--quiet", "--rejected", "/dev/full")

    assert code == 3
    assert err == (
        "cio-sdk: stopped early: /dev/full: cannot be written: No space left on device. "
        "Run the same command again to go on\n"
    )


def test_import_when_killed_at_fifty_moments_then_every_event_is_there_once(shell: Shell) -> None:
    chance = random.Random(7)
    make_events.write(shell.folder / "events.csv", 100_000)
    killed = 0
    while killed < 50:
        process = shell.start("import", "events", "events.csv", "--quiet", "--concurrency", str(chance.randint(1, 4)))
        try:
            process.communicate(timeout=chance.uniform(0.3, 1.3))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
        else:
            assert process.returncode == 0

    code, _, _ = shell.run("import", "events", "events.csv", "--quiet")

    assert code == 0
    assert shell.sandbox.counts["events"] == 100_000
    expected = {tuple(row.split(",")[:2]) for row in make_events.rows(100_000, 1)} - {("customer_id", "name")}
    arrived = shell.sandbox.events
    assert {(event.customer_id, event.name) for event in arrived} == expected
    assert len({event.timestamp for event in arrived}) == 100_000


def test_demo_when_run_then_it_loads_what_it_made(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(demo_import, "BUILD", tmp_path)

    assert demo_import.main(100_000) == 0

    assert "100,000 accepted, 0 rejected" in (shown := capfd.readouterr().out)
    assert "The sandbox has 100,000 events of 10," in shown


# --- doctor ----------------------------------------------------------------------------------------------------------


def test_doctor_when_everything_is_right_then_it_ends_with_0(shell: Shell) -> None:
    code, out, _ = shell.run("doctor")

    assert code == 0
    assert [line.partition(" at ")[0] for line in out.splitlines()] == ["✓ Track API", "✓ App API"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"CIO_SITE_ID": ""}, "✗ CIO_SITE_ID is not set, and the other key of its pair is\n  → set it: Settings"),
        (
            {"CIO_TRACKING_API_KEY": "wrong"},
            "CIO_SITE_ID and CIO_TRACKING_API_KEY refused\n  → copy them anew from Settings",
        ),
        ({"CIO_APP_API_KEY": "wrong"}, "CIO_APP_API_KEY refused\n  → copy them anew from Settings"),
        ({"CIO_TRACK_URL": "http://127.0.0.1:9"}, "no connection for GET /api/v1/accounts/region at 127.0.0.1:9"),
        ({"CIO_REGION": "mars"}, "✗ the settings cannot be used\n  → CIO_REGION: must be 'us' or 'eu'"),
        (
            dict.fromkeys(["CIO_SITE_ID", "CIO_TRACKING_API_KEY", "CIO_APP_API_KEY"], ""),
            "✗ no keys are set\n  → set CIO_",
        ),
    ],
)
def test_doctor_when_something_is_wrong_then_it_ends_with_1_and_says_what_to_do(
    shell: Shell, changes: dict[str, str], words: str
) -> None:
    secrets = (shell.sandbox.tracking_api_key, shell.sandbox.app_api_key)
    shell.environment.update(changes)

    code, out, err = shell.run("doctor", "--timeout", "5")

    assert code == 1
    assert words in out
    assert not any(secret in out + err for secret in secrets)


def test_doctor_when_what_answers_is_not_customer_io_then_it_says_so(shell: Shell) -> None:
    shell.environment["CIO_TRACK_URL"] = f"{shell.sandbox.url}/elsewhere"

    code, out, _ = shell.run("doctor")

    assert code == 1
    assert "what answers there is not Customer.io" in out
    assert "→ check CIO_TRACK_URL" in out


def test_command_when_what_it_needs_is_missing_then_it_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise ModuleNotFoundError('no typer', name='typer')")

    done = subprocess.run(
        [sys.executable, "-m", "cio_sdk.cli", "doctor"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (1, "cio-sdk needs typer; run: pip install 'cio-sdk[cli]'\n")
