from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
    lines = [process.stdout.readline().strip() for _ in range(8)]
    assert lines[0].startswith("Customer.io sandbox at http://127.0.0.1:")
    assert (lines[1], lines[7]) == ("", "")
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
        assert process.stdout.readline() == "PUT    /api/v1/customers/ada%40example.com 200\n"
        process.send_signal(stop)
        assert process.communicate(timeout=5) == ("", "")
        assert process.returncode == 0


def test_command_on_a_taken_port_says_so() -> None:
    with Sandbox() as sandbox:
        port = sandbox.url.rpartition(":")[2]
        done = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"cannot listen at port {port} of 127.0.0.1: it is taken; choose another with --port\n"


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
    def ask_and_interrupt(sandbox: Sandbox) -> None:
        with stranger(sandbox) as http:
            assert http.get("/nowhere").status_code == 404
        announce(sandbox)
        signal.raise_signal(signal.SIGINT)

    announce = __main__._print_environment
    monkeypatch.setattr(__main__, "_print_environment", ask_and_interrupt)
    assert __main__.main(["--port", "0"]) == 0
    output = capsys.readouterr().out
    assert "GET    /nowhere 404\n" in output
    assert "export CIO_APP_API_KEY=sandbox-app-api-key\n" in output


@pytest.mark.usefixtures("_signal_handlers")
@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_main_on_an_address_of_another_machine_says_so(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--port", "0", "--host", host]) == 1
    assert capsys.readouterr().err.startswith(f"cannot listen at port 0 of {host}: ")


@pytest.mark.parametrize("port", ["65536", "-1", "http", ""])
def test_main_with_an_impossible_port_says_which_are_possible(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        __main__.main([f"--port={port}"])
    assert caught.value.code == 2
    assert "choose one from 0 to 65535" in capsys.readouterr().err
