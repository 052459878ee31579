from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sandbox_wire import stranger

from cio_sdk import Client
from cio_sdk.sandbox import Sandbox, __main__

COMMAND = [sys.executable, "-W", "error", "-m", "cio_sdk.sandbox"]


@contextmanager
def _running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, *arguments], stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _exports(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(10)]
    assert lines[0].startswith("Customer.io sandbox at http://127.0.0.1:")
    assert (lines[1], lines[7], lines[9]) == ("", "", "")
    assert lines[8].startswith("To see what arrived: curl http://127.0.0.1:")
    pairs = [line.removeprefix("export ").partition("=")[::2] for line in lines[2:7]]
    return dict(pairs)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_command_serves_until_it_is_told_to_stop(stop: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    with _running("--port", "0") as process:
        for name, value in _exports(process).items():
            monkeypatch.setenv(name, value)
        with Client.from_env() as client:
            client.update_customer("ada@example.com", {"plan": "pro"})
        assert process.stdout is not None
        assert process.stdout.readline() == "PUT    /api/v1/customers/ada@example.com 200\n"
        process.send_signal(stop)
        assert process.communicate(timeout=5) == ("", "")
        assert process.returncode == 0


def test_command_on_a_taken_port_says_so() -> None:
    with Sandbox() as sandbox:
        port = sandbox.url.rpartition(":")[2]
        done = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"cannot listen at port {port} of 127.0.0.1: it is taken; choose another with --port\n"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--webhook-url", "http://xn--/", "the webhook URL must be one of http or https, such as"),
        ("--webhook-signing-key", " key", "signing_key: must be the signing key of the webhook"),
    ],
)
def test_command_when_webhooks_cannot_be_posted_then_it_says_so(option: str, value: str, said: str) -> None:
    command = [*COMMAND, "--port", "0", option, value]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"error: {said}" in done.stderr


@pytest.fixture
def _signal_handlers() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signal_handlers")
def test_main_prints_each_request_on_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask_and_interrupt(sandbox: Sandbox, host: str) -> None:
        with stranger(sandbox) as http:
            assert http.get("/nowhere").status_code == 404
        welcome(sandbox, host)
        signal.raise_signal(signal.SIGINT)

    welcome = __main__._print_welcome
    monkeypatch.setattr(__main__, "_print_welcome", ask_and_interrupt)
    assert __main__.main(["--port", "0"]) == 0
    output = capsys.readouterr().out
    assert "GET    /nowhere 404\n" in output
    assert "export CIO_APP_API_KEY=sandbox-app-api-key\n" in output


@pytest.mark.usefixtures("_signal_handlers")
@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "a..b", "x" * 99])
def test_main_on_an_address_of_another_machine_says_so(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--port", "0", "--host", host]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"cannot listen at port 0 of {host}: ")
    assert (error.count("\n"), "while attempting" in error) == (1, False)


@pytest.mark.parametrize("port", ["65536", "-1", "http", ""])
def test_main_with_an_impossible_port_says_which_are_possible(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        __main__.main([f"--port={port}"])
    assert caught.value.code == 2
    assert "choose one from 0 to 65535" in capsys.readouterr().err


@pytest.fixture
def _welcome_only(monkeypatch: pytest.MonkeyPatch, _signal_handlers: None) -> None:
    def interrupt(sandbox: Sandbox, host: str) -> None:
        welcome(sandbox, host)
        signal.raise_signal(signal.SIGINT)

    welcome = __main__._print_welcome
    monkeypatch.setattr(__main__, "_print_welcome", interrupt)


@pytest.mark.usefixtures("_welcome_only")
@pytest.mark.parametrize(
    ("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("", "127.0.0.1"), ("127.0.0.1", None), ("LOCALHOST", None)]
)
def test_main_when_it_listens_everywhere_then_it_prints_an_address_to_send_to(
    host: str, reached: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert __main__.main(["--port", "0", "--host", host]) == 0
    output = capsys.readouterr().out
    assert f"export CIO_TRACK_URL=http://{reached or host}:" in output
    assert f"curl http://{reached or host}:" in output
    note = f"From another machine: the same with the name of this one in place of {reached}\n"
    assert ("From another machine" in output, note in output) == (bool(reached), bool(reached))


@pytest.mark.usefixtures("_welcome_only")
def test_main_when_the_address_has_brackets_then_a_shell_can_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    if __main__.main(["--port", "0", "--host", "::"]) == 1:
        pytest.skip("this machine has no IPv6")
    output = capsys.readouterr().out
    assert "export CIO_APP_URL='http://[::1]:" in output
    assert "in place of ::1\n" in output


@pytest.mark.parametrize(
    ("path", "printed"),
    [
        ("/api/v1/customers/ada%40example.com", "/api/v1/customers/ada@example.com"),
        ("/api/v1/customers/%E6%97%A5%20b", "/api/v1/customers/日 b"),
        ("/api/v1/customers/a%2Fb/devices", "/api/v1/customers/a%2Fb/devices"),
        ("/%1B%5B31m%0A%0D%00%7F", r"/\x1b[31m\n\r\x00\x7f"),
        ("/%C2%9B31m", r"/\x9b31m"),
        ("/%E2%80%AEa%E2%80%A8", r"/\u202ea\u2028"),
        ("/%FF%9B", r"/\xff\x9b"),
        ("/%F3%A0%80%81%ED%A0%80", r"/\U000e0001\xed\xa0\x80"),
        ("/\x1b\n", r"/\x1b\n"),
        ("/" + "%41" * 500, "/" + "A" * 399 + "…"),
    ],
)
def test_line_when_printed_then_it_is_readable_and_steers_no_terminal(
    path: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    __main__._print_request("GET", path, 404)
    assert capsys.readouterr().out == f"GET    {printed} 404\n"


def test_command_when_the_terminal_lacks_a_character_then_it_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    with _running("--port", "0") as process:
        url = _exports(process)["CIO_APP_URL"]
        httpx.get(f"{url}/日", trust_env=False, verify=False)
        assert process.stdout is not None
        assert process.stdout.readline() == "GET    /\\u65e5 404\n"


def test_command_when_nobody_reads_its_output_then_it_serves_on() -> None:
    with _running("--port", "0") as process:
        url = _exports(process)["CIO_APP_URL"]
        assert process.stdout is not None
        process.stdout.close()
        for _ in range(3):
            assert httpx.get(url, trust_env=False, verify=False).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=5) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_command_when_it_is_told_to_stop_many_times_while_busy_then_it_stops_in_silence() -> None:
    with _running("--port", "0") as process:
        url = _exports(process)["CIO_APP_URL"]
        stopped = threading.Event()

        def work() -> None:
            with httpx.Client(trust_env=False, verify=False) as http, contextlib.suppress(httpx.HTTPError):
                while not stopped.is_set():
                    http.get(url)

        threads = [threading.Thread(target=work) for _ in range(4)]
        reader = threading.Thread(target=process.stdout.read if process.stdout else None)
        for thread in (*threads, reader):
            thread.start()
        time.sleep(0.2)
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
            process.send_signal(number)
        assert process.wait(timeout=5) == 0
        stopped.set()
        for thread in (*threads, reader):
            thread.join()
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("arguments", [["-m", "cio_sdk.sandbox"], ["-mcio_sdk.sandbox", "--port", "0"]])
def test_command_when_the_extra_is_missing_then_it_says_in_a_line_what_to_install(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['uvicorn'] = None")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "the sandbox needs uvicorn; run: pip install 'cio-sdk[sandbox]'\n"
