"""The recipes under examples/webhooks/, each in its framework: by itself, and in a whole loop with the sandbox."""

from __future__ import annotations

import importlib.util
import json
import runpy
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
import uvicorn
from webhook_examples import event_of

from cio_sdk import EmailRequest, Identifiers
from cio_sdk.sandbox import Sandbox
from cio_sdk.webhooks import MAX_BYTES, EmailBounced, EmailDelivered, EmailSent, WebhookEvent, parse, sign

RECIPES = Path(__file__).parents[2] / "examples" / "webhooks"
KEYS = ["old-signing-key", "new-signing-key"]
FRAMEWORKS = ["django", "fastapi", "flask"]
BOUNCED = json.dumps(event_of("email", "bounced")).encode()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


@contextmanager
def serving_wsgi(app: Any) -> Iterator[str]:
    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serving_asgi(app: Any) -> Iterator[str]:
    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none")
    server, listener = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))

    thread = threading.Thread(target=server.run, args=[[listener]])
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@cache
def load(name: str) -> Any:
    """Import a recipe, once: Django is configured once in a process."""
    spec = importlib.util.spec_from_file_location(name, RECIPES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=FRAMEWORKS)
def recipe(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of a recipe, which has seen no event."""
    monkeypatch.setenv("CIO_WEBHOOK_SIGNING_KEYS", ",".join(KEYS))
    module = load(f"{request.param}_app")
    module.seen.clear()
    return module


@pytest.fixture
def url(recipe: Any) -> Iterator[str]:
    """The address that the recipe receives webhooks at, served as in production."""
    if hasattr(recipe, "settings"):
        from django.core.wsgi import get_wsgi_application

        serving = serving_wsgi(get_wsgi_application())
    elif recipe.__name__.startswith("flask"):
        serving = serving_wsgi(recipe.app)
    else:
        serving = serving_asgi(recipe.app)
    with serving as base:
        yield f"{base}/customerio"


@pytest.fixture
def handled(recipe: Any, monkeypatch: pytest.MonkeyPatch) -> list[WebhookEvent]:
    """The events that the recipe has handled."""
    events: list[WebhookEvent] = []
    handle: Callable[[WebhookEvent], None] = recipe.handle

    def spy(event: WebhookEvent) -> None:
        handle(event)
        events.append(event)

    monkeypatch.setattr(recipe, "handle", spy)
    return events


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    return httpx.post(url, content=body, headers={"Content-Type": "application/json", **headers}).status_code


@pytest.mark.parametrize("key", KEYS)
def test_recipe_when_customer_io_posts_an_event_then_it_is_handled_once(
    url: str, handled: list[WebhookEvent], capsys: pytest.CaptureFixture[str], key: str
) -> None:
    for _ in range(2):
        assert post(url, BOUNCED, sign(BOUNCED, key)) // 100 == 2

    (event,) = handled
    assert isinstance(event, EmailBounced)
    assert capsys.readouterr().out == "Write no more to ada@example.com: bounced.\n"


def test_recipe_when_somebody_else_posts_then_it_answers_401(url: str, handled: list[WebhookEvent]) -> None:
    signed = sign(BOUNCED, KEYS[0])

    answers = [
        post(url, BOUNCED, {}),
        post(url, BOUNCED, sign(BOUNCED, "another key")),
        post(url, BOUNCED + b" ", signed),
        post(url, json.dumps(json.loads(BOUNCED), separators=(",", ":")).encode(), signed),
        post(url, BOUNCED, {**signed, "X-CIO-Timestamp": "1"}),
    ]

    assert (answers, handled) == ([401] * 5, [])


def test_recipe_when_what_is_signed_is_no_event_then_it_is_logged_and_holds_nothing_back(
    url: str, handled: list[WebhookEvent], caplog: pytest.LogCaptureFixture
) -> None:
    bodies = [b"not JSON", b"[]", b'{"metric": "sent"}']

    assert [post(url, body, sign(body, KEYS[0])) // 100 for body in bodies] == [2] * 3
    assert handled == []
    assert [record.levelname for record in caplog.records if "no event" in record.message] == ["ERROR"] * 3


def test_recipe_when_an_event_is_as_large_as_it_may_be_then_it_is_handled(
    url: str, handled: list[WebhookEvent]
) -> None:
    body = BOUNCED.ljust(MAX_BYTES)

    assert post(url, body, sign(body, KEYS[0])) // 100 == 2
    assert len(handled) == 1


@pytest.mark.parametrize("data", [{"email_address": "ada@example.com"}, {"customer_id": "42"}])
@pytest.mark.parametrize("object_type", ["customer", "email"])
def test_recipe_when_somebody_unsubscribes_then_it_says_who(
    recipe: Any, object_type: str, data: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    event = {**event_of("customer", "unsubscribed"), "object_type": object_type, "data": data}

    recipe.handle(parse(json.dumps(event).encode()))

    assert capsys.readouterr().out == f"{next(iter(data.values()))} has unsubscribed.\n"


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(("keys", "expected"), [("k1, k2", ["k1", "k2"]), ("k1,", ["k1"]), (" k1\n", ["k1"])])
def test_recipe_when_it_starts_then_it_reads_its_keys(
    framework: str, keys: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIO_WEBHOOK_SIGNING_KEYS", keys)
    monkeypatch.setattr("django.conf.LazySettings.configure", lambda *_, **__: None)

    assert runpy.run_path(str(RECIPES / f"{framework}_app.py"))["KEYS"] == expected


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("keys", ["", " , ", None])
def test_recipe_when_it_starts_without_a_key_then_it_says_so(
    framework: str, keys: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CIO_WEBHOOK_SIGNING_KEYS", raising=False)
    if keys is not None:
        monkeypatch.setenv("CIO_WEBHOOK_SIGNING_KEYS", keys)

    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(RECIPES / f"{framework}_app.py"))

    assert caught.value.code == "CIO_WEBHOOK_SIGNING_KEYS has no key; set it to the signing key of the webhook"


def test_loop_when_an_email_is_sent_then_the_app_gets_its_verified_events_in_order(
    url: str, handled: list[WebhookEvent]
) -> None:
    email = EmailRequest(to="ada@example.com", identifiers=Identifiers(id="42"), transactional_message_id="receipt")
    with Sandbox(webhook_url=url, webhook_signing_key=KEYS[1]) as sandbox, sandbox.client() as client:
        delivery = client.send_email(email)
        client.report_metric(delivery.delivery_id, "bounced", reason="mailbox full")
        sandbox.wait_for_webhooks()

    assert [type(event) for event in handled] == [EmailSent, EmailDelivered, EmailBounced]
    for event in handled:
        assert isinstance(event, EmailSent | EmailDelivered | EmailBounced)
        assert (event.data.delivery_id, event.data.recipient) == (delivery.delivery_id, "ada@example.com")
    assert len({event.event_id for event in handled}) == 3
