from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import logging
import socket
import subprocess
import sys
import threading
import time
from ipaddress import ip_address

import httpx
import pytest
from sandbox_wire import stranger, track_api

from cio_sdk import AsyncClient, AuthenticationError, Client, Device
from cio_sdk.sandbox import Sandbox


def test_with_statement_serves_until_it_is_left() -> None:
    with Sandbox() as sandbox, sandbox.client() as client:
        assert client.test_auth().status_code == 200
    with stranger(sandbox) as http, pytest.raises(httpx.ConnectError):
        http.get("/")


def test_async_with_statement_serves_the_async_client() -> None:
    async def main() -> None:
        async with Sandbox() as sandbox, sandbox.async_client() as client:
            await client.update_customer("42", {"plan": "pro"})
            assert sandbox.people["42"].attributes == {"plan": "pro"}

    asyncio.run(main())


def test_start_and_close_leave_nothing_behind() -> None:
    before = threading.active_count()
    sandbox = Sandbox()
    sandbox.start()
    assert threading.active_count() == before + 1
    sandbox.close()
    assert threading.active_count() == before


def test_start_and_close_are_quick() -> None:
    def seconds() -> float:
        started = time.perf_counter()
        with Sandbox() as sandbox, track_api(sandbox) as http:
            http.get("/api/v1/accounts/region")
            sandbox.close()
        return time.perf_counter() - started

    assert min(seconds() for _ in range(5)) < 0.1


def test_close_does_not_wait_for_a_request_that_never_ends() -> None:
    with Sandbox() as sandbox:
        address = sandbox.url.removeprefix("http://").split(":")
        with socket.create_connection((address[0], int(address[1]))) as connection:
            connection.sendall(b"PUT /api/v1/customers/42 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
            with sandbox.client() as client:
                client.test_auth()
            sandbox.close()
            with connection.makefile("rb") as answer:
                assert answer.read() == b""


def test_close_twice_does_nothing_the_second_time() -> None:
    sandbox = Sandbox()
    sandbox.close()
    sandbox.start()
    sandbox.close()
    sandbox.close()


def test_start_twice_is_an_error() -> None:
    with Sandbox() as sandbox, pytest.raises(RuntimeError, match="already running"):
        sandbox.start()


def test_start_after_close_serves_again_with_what_had_arrived() -> None:
    sandbox = Sandbox()
    for name in ("first", "second"):
        with sandbox, sandbox.client() as client:
            client.new_event("42", name)
    assert [event.name for event in sandbox.events] == ["first", "second"]


def test_start_on_a_taken_port_raises() -> None:
    with Sandbox() as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            Sandbox(port=port).start()


def test_start_on_an_ipv6_address_is_reachable() -> None:
    try:
        with Sandbox(host="::1") as sandbox, sandbox.client() as client:
            assert client.find_region().url == sandbox.url
            assert sandbox.url.startswith("http://[::1]:")
    except OSError:
        pytest.skip("this machine has no IPv6")


def test_url_before_the_start_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match="start"):
        _ = Sandbox().url


def test_client_has_the_keys_and_urls_of_the_sandbox() -> None:
    sandbox = Sandbox(site_id="site", tracking_api_key="tracking", app_api_key="app")
    with sandbox, sandbox.client(request_tracing=True) as client:
        assert client.test_auth().tracing is not None
        assert client.update_collection("offers", []).name == "offers"


def test_client_option_that_is_passed_wins() -> None:
    with (
        Sandbox() as sandbox,
        sandbox.client(tracking_api_key="other") as client,
        pytest.raises(AuthenticationError),
    ):
        client.test_auth()


def test_environment_leads_both_clients_from_env_to_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with AsyncClient.from_env() as client:
            await client.new_event("42", "async")

    with Sandbox() as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        with Client.from_env() as client:
            client.new_event("42", "sync")
            client.update_collection("offers", [])
        asyncio.run(main())
        assert [event.name for event in sandbox.events] == ["sync", "async"]
        assert list(sandbox.collections) == ["offers"]


def test_find_region_names_the_sandbox() -> None:
    with Sandbox() as sandbox, sandbox.client() as client:
        region = client.find_region()
        assert (region.url, region.data_center, region.environment_id) == (sandbox.url, "us", 1)


def test_serving_logs_nothing_and_prints_nothing(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), Sandbox() as sandbox, sandbox.client() as client:
        client.test_auth()
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []
    assert capfd.readouterr() == ("", "")


def test_on_request_hears_of_every_request() -> None:
    heard: list[tuple[str, str, int]] = []
    arrived = threading.Semaphore(0)

    def listen(method: str, path: str, status: int) -> None:
        heard.append((method, path, status))
        arrived.release()

    with Sandbox(on_request=listen) as sandbox, track_api(sandbox) as http:
        http.delete("/api/v1/customers/a%2Fb")
        http.get("/nowhere")
        assert all(arrived.acquire(timeout=5) for _ in range(2))
    assert heard == [("DELETE", "/api/v1/customers/a%2Fb", 200), ("GET", "/nowhere", 404)]


def test_reset_forgets_everything() -> None:
    with Sandbox() as sandbox, sandbox.client() as client:
        client.new_event("42", "purchase", id="01J2Z3Y4X5W6V7T8S9R0Q1P2N3")
        client.update_device("42", Device(id="t0k3n", platform="ios"))
        client.update_collection("offers", [])
        sandbox.reset()
        assert (sandbox.people, sandbox.events, sandbox.devices, sandbox.collections) == ({}, [], [], {})
        client.new_event("42", "purchase", id="01J2Z3Y4X5W6V7T8S9R0Q1P2N3")
        assert len(sandbox.events) == 1


@pytest.mark.parametrize("missing", ["starlette.requests", "uvicorn"])
def test_sandbox_when_the_extra_is_missing_then_its_import_says_what_to_install(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(sys.modules):
        if name.startswith("cio_sdk.sandbox"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportError) as caught:
        importlib.import_module("cio_sdk.sandbox")
    assert str(caught.value) == f"the sandbox needs {missing}; run: pip install 'cio-sdk[sandbox]'"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("", "127.0.0.1"), ("::", "[::1]")])
def test_url_when_the_sandbox_listens_everywhere_then_this_machine_can_send_to_it(host: str, reached: str) -> None:
    try:
        with Sandbox(host=host) as sandbox, sandbox.client() as client:
            assert sandbox.url.startswith(f"http://{reached}:")
            assert client.find_region().url == sandbox.url
    except OSError:
        pytest.skip("this machine has no IPv6")


def test_close_when_clients_go_on_connecting_then_nothing_is_left_open() -> None:
    closed = threading.Event()

    def knock(address: tuple[str, int]) -> None:
        while not closed.is_set():
            with contextlib.suppress(OSError), socket.create_connection(address, timeout=1) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                connection.recv(1)

    for _ in range(10):
        closed.clear()
        with Sandbox() as sandbox:
            host, _, port = sandbox.url.removeprefix("http://").rpartition(":")
            threads = [threading.Thread(target=knock, args=((host, int(port)),)) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.02)
            sandbox.close()
        closed.set()
        for thread in threads:
            thread.join()
        gc.collect()


def test_connections_when_there_are_more_than_the_machine_can_hold_then_they_wait_in_silence() -> None:
    pytest.importorskip("resource")
    code = (
        "import resource, sys; from cio_sdk.sandbox import Sandbox\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (15, 15))\n"
        "with Sandbox() as sandbox: print(sandbox.url, flush=True); sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        host, _, port = url.removeprefix("http://").rpartition(":")
        with contextlib.ExitStack() as connections:
            for _ in range(30):
                connections.enter_context(socket.create_connection((host, int(port))))
            time.sleep(0.2)
        assert httpx.get(url, trust_env=False, verify=False).status_code == 200
        assert process.communicate("", timeout=5) == ("", "")


def test_many_threads_at_once_lose_nothing() -> None:
    with Sandbox() as sandbox, sandbox.client() as client:

        def work(thread: int) -> None:
            for number in range(10):
                client.new_event(f"{thread}", f"{number}")
                assert sandbox.person(thread) is not None

        threads = [threading.Thread(target=work, args=(thread,)) for thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(sandbox.events) == 80
        assert len(sandbox.people) == 8


def test_sandbox_on_an_address_of_the_network_is_reached_by_its_own_client(monkeypatch: pytest.MonkeyPatch) -> None:
    address = socket.gethostbyname(socket.gethostname())
    if ip_address(address).is_loopback:
        pytest.skip("this machine has no address but its own")
    with Sandbox(host=address) as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        with Client.from_env() as from_env, sandbox.client() as client:
            assert from_env.find_region() == client.find_region()
