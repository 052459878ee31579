"""What a sandbox posts to an app of the user's: signed, in order, again where the app fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import httpx
import pytest

from cio_sdk import (
    Client,
    EmailRequest,
    Identifiers,
    InAppRequest,
    InboxMessageRequest,
    PushRequest,
    SMSRequest,
    WhatsAppRequest,
    webhooks,
)
from cio_sdk.sandbox import Sandbox

KEY = "a signing key"
TEMPLATE: dict[str, Any] = {"transactional_message_id": "code", "identifiers": Identifiers(id=42)}


class Receiver(ThreadingHTTPServer):
    """An app that receives webhooks, and fails as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[int] = []
        """The statuses to answer first; 204 after them."""
        self.location = "/elsewhere"
        self.posts: list[tuple[bytes, dict[str, str]]] = []
        self.is_hanging = threading.Event()
        self.released = threading.Event()
        self.released.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks?a=1"

    @property
    def events(self) -> list[webhooks.WebhookEvent]:
        """What was posted, verified."""
        for body, headers in self.posts:
            webhooks.verify(body, headers, KEY)
        return [webhooks.parse(body) for body, _ in self.posts]

    @property
    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver = cast("Receiver", self.server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.posts.append((body, dict(self.headers)))
        receiver.is_hanging.set()
        receiver.released.wait(10)
        status = receiver.answers.pop(0) if receiver.answers else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", receiver.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def sandbox(receiver: Receiver) -> Iterator[Sandbox]:
    with Sandbox(webhook_url=receiver.url, webhook_signing_key=KEY) as made:
        yield made


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.client() as made:
        yield made


def send(client: Client, **more: Any) -> str:
    request = EmailRequest(to="Ada <ada@example.com>", **TEMPLATE, subject="Hi", **more)
    return client.send_email(request).delivery_id


# --- What is posted --------------------------------------------------------------------------------------------------


def test_webhooks_when_an_email_is_sent_then_its_events_come_signed_and_in_order(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    client.update_customer("42", {"email": "ada@example.com"})
    delivery_id = send(client)
    sandbox.wait_for_webhooks()

    sent, delivered = receiver.events
    assert isinstance(sent, webhooks.EmailSent)
    assert isinstance(delivered, webhooks.EmailDelivered)
    assert (sent.data.delivery_id, sent.data.recipient, sent.data.subject) == (delivery_id, "ada@example.com", "Hi")
    assert sent.data.identifiers is not None
    assert (sent.data.identifiers.id, sent.data.identifiers.email) == ("42", "ada@example.com")
    assert sent.event_id != delivered.event_id
    assert [(each.name, each.state, each.attempts) for each in sandbox.webhooks] == [
        ("email_sent", "delivered", 1),
        ("email_delivered", "delivered", 1),
    ]


def test_webhooks_when_something_is_reported_then_they_say_what_and_why(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    delivery_id = send(client)
    client.report_metric(delivery_id, "opened")
    client.report_metric(delivery_id, "clicked", href="https://example.com")
    client.report_metric(delivery_id, "bounced", reason="mailbox full", recipient="ada@example.com")
    client.report_metric("another", "opened")
    sandbox.wait_for_webhooks()

    *_, opened, clicked, bounced = receiver.events
    assert isinstance(opened, webhooks.EmailOpened)
    assert isinstance(clicked, webhooks.EmailClicked)
    assert clicked.data.href == "https://example.com"
    assert isinstance(bounced, webhooks.EmailBounced)
    assert bounced.data.failure_message == "mailbox full"


def test_webhooks_when_it_goes_over_any_channel_then_each_event_is_of_a_known_kind(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    client.send_push(PushRequest(**TEMPLATE, to="t0k3n", title="Hi"))
    client.send_sms(SMSRequest(**TEMPLATE, to="+14155552671"))
    client.send_whatsapp(WhatsAppRequest(**TEMPLATE, to="+14155552671"))
    client.send_in_app(InAppRequest(**TEMPLATE))
    client.send_inbox_message(InboxMessageRequest(**TEMPLATE))
    for delivery in sandbox.deliveries:
        for metric in ("opened", "clicked", "converted", "bounced", "dropped", "deferred", "spammed"):
            client.report_metric(delivery.delivery_id, metric)
    sandbox.wait_for_webhooks()

    assert "UnknownEvent" not in receiver.kinds
    assert {kind.removesuffix("Sent") for kind in receiver.kinds if kind.endswith("Sent")} == {
        *("Push", "Sms", "WhatsApp", "InApp")
    }
    assert "PushBounced" in receiver.kinds


def test_webhooks_when_somebody_unsubscribes_then_the_message_and_the_person_have_an_event(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    client.update_customer("42", {"email": "ada@example.com"})
    client.unsubscribe(send(client))
    client.update_customer("42", {"unsubscribed": False})
    client.update_customer("42", {"cio_subscription_preferences": {"topics": {"topic_1": False}}})
    sandbox.wait_for_webhooks()

    assert sorted(receiver.kinds[2:4]) == ["CustomerUnsubscribed", "EmailUnsubscribed"]
    assert receiver.kinds[4:] == ["CustomerSubscribed", "CustomerSubscriptionPreferencesChanged"]


def test_webhooks_when_a_draft_fails_or_waits_then_they_say_so(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    send(client, queue_draft=True)
    send(client, body="{{ broken")
    sandbox.wait_for_webhooks()

    assert receiver.kinds == ["EmailDrafted", "EmailFailed"]


@pytest.mark.parametrize(("given", "told"), [("7", 7), ("code", "code"), ("9" * 4_400, "9" * 4_400)])
def test_webhooks_when_a_template_is_named_by_its_number_then_they_say_the_number(
    sandbox: Sandbox, client: Client, given: str, told: object
) -> None:
    client.send_email(EmailRequest(to="a@b.c", identifiers=Identifiers(id=42), transactional_message_id=given))

    assert sandbox.webhooks[0].event["data"]["transactional_message_id"] == told


# --- A receiver that fails -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 404, 302])
def test_webhooks_when_the_receiver_fails_then_the_event_comes_again_before_those_after_it(
    sandbox: Sandbox, client: Client, receiver: Receiver, status: int
) -> None:
    receiver.answers = [status, status]
    send(client)
    sandbox.wait_for_webhooks()

    assert receiver.kinds == ["EmailSent"] * 3 + ["EmailDelivered"]
    assert len({event.event_id for event in receiver.events}) == 2
    assert [each.attempts for each in sandbox.webhooks] == [3, 1]


def test_webhooks_when_the_receiver_fails_for_good_then_the_event_is_given_up_and_the_next_is_posted(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    receiver.answers = [500] * 7
    send(client)

    with pytest.raises(AssertionError, match="email_sent was given up after 7 attempts: the answer was 500"):
        sandbox.wait_for_webhooks()

    assert [each.state for each in sandbox.webhooks] == ["given up", "delivered"]
    assert receiver.kinds[-1] == "EmailDelivered"


@pytest.mark.parametrize("location", ["mailto:x", "http://xn--/", "http://[", "\x01"])
def test_webhooks_when_the_receiver_leads_astray_then_the_event_comes_again(
    sandbox: Sandbox, client: Client, receiver: Receiver, location: str
) -> None:
    receiver.location = location
    receiver.answers = [302]
    send(client)
    sandbox.wait_for_webhooks()

    assert receiver.kinds == ["EmailSent", "EmailSent", "EmailDelivered"]


def test_webhooks_when_a_proxy_cannot_be_used_then_it_is_said_and_the_next_event_is_posted(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "socks9://127.0.0.1:1")
    with Sandbox(webhook_url="http://example.com", webhook_signing_key=KEY) as sandbox, sandbox.client() as client:
        sandbox._webhooks._pauses = []
        send(client, queue_draft=True)
        with pytest.raises(AssertionError, match=r"email_drafted was given up after 1 attempt: .*socks9"):
            sandbox.wait_for_webhooks()

        sandbox.webhooks_to(receiver.url)
        send(client, queue_draft=True)
        with pytest.raises(AssertionError, match="email_drafted was given up"):
            sandbox.wait_for_webhooks()

    assert receiver.kinds == ["EmailDrafted"]


@pytest.mark.parametrize("timeout", [float("inf"), 1e300, 10**30])
def test_wait_when_its_timeout_is_endless_then_it_waits(
    sandbox: Sandbox, client: Client, receiver: Receiver, timeout: float
) -> None:
    receiver.answers = [500]
    send(client)
    sandbox.wait_for_webhooks(timeout)

    assert len(receiver.posts) == 3


def test_webhooks_when_nobody_receives_them_then_the_wait_ends_in_time(client: Client, sandbox: Sandbox) -> None:
    sandbox.webhooks_to("http://127.0.0.1:9/")
    send(client)

    with pytest.raises(TimeoutError, match=r"email_sent was not accepted within 0\.1 s; so far, ConnectError"):
        sandbox.wait_for_webhooks(timeout=0.1)


def test_sandbox_when_it_is_closed_with_events_to_post_then_it_does_not_wait(receiver: Receiver) -> None:
    receiver.released.clear()
    with Sandbox(webhook_url=receiver.url, webhook_signing_key=KEY) as sandbox:
        with sandbox.client() as client:
            send(client)
        receiver.is_hanging.wait()
        started = time.monotonic()

    assert time.monotonic() - started < 4
    assert [each.state for each in sandbox.webhooks] == ["given up", "given up"]


def test_reset_when_an_attempt_hangs_then_all_is_forgotten_and_the_next_event_does_not_wait(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    receiver.released.clear()
    send(client)
    receiver.is_hanging.wait()

    sandbox.reset()
    receiver.is_hanging.clear()
    send(client, queue_draft=True)
    assert receiver.is_hanging.wait(2)
    receiver.released.set()
    sandbox.wait_for_webhooks()

    assert [each.name for each in sandbox.webhooks] == ["email_drafted"]
    assert receiver.kinds == ["EmailSent", "EmailDrafted"]


def test_reset_when_an_event_is_to_be_tried_again_then_it_is_not_and_the_next_does_not_wait(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    sandbox._webhooks._pauses = [60]
    receiver.answers = [500]
    send(client)
    while not sandbox.webhooks[0].attempts:
        receiver.is_hanging.wait()

    sandbox.reset()
    send(client, queue_draft=True)
    sandbox.wait_for_webhooks(timeout=2)

    assert receiver.kinds == ["EmailSent", "EmailDrafted"]


# --- Where they go ---------------------------------------------------------------------------------------------------


def test_webhooks_when_there_is_no_url_then_there_are_none() -> None:
    with Sandbox() as sandbox, sandbox.client() as client:
        send(client)

        assert sandbox.webhooks == []
        with pytest.raises(RuntimeError, match="give it a webhook_url"):
            sandbox.wait_for_webhooks()


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.com", "ftp://example.com", "http://", "http://example.com:port", "http://[", 5),
        *("http://127.0.0.1:1/\n", " http://example.com", "http://\x00/", "http://xn--/", "http://\ud800/"),
    ],
)
def test_webhooks_when_the_url_is_none_then_it_is_refused(url: Any) -> None:
    for give in (lambda: Sandbox(webhook_url=url), lambda: Sandbox().webhooks_to(url)):
        with pytest.raises(ValueError, match="must be one of http or https"):
            give()


@pytest.mark.parametrize("key", ["", " key", "key\n", b"k", 5, "\ud800"])
def test_webhooks_when_the_key_is_none_then_it_is_refused(key: Any) -> None:
    for give in (
        lambda: Sandbox(webhook_signing_key=key),
        lambda: Sandbox(webhook_url="http://127.0.0.1:1", webhook_signing_key=key),
        lambda: Sandbox().webhooks_to("http://127.0.0.1:1", key),
    ):
        with pytest.raises(ValueError, match="must be the signing key of the webhook"):
            give()


def test_webhooks_to_when_called_then_what_happens_from_now_on_is_posted(receiver: Receiver) -> None:
    with Sandbox() as sandbox, sandbox.client() as client:
        send(client)
        sandbox.webhooks_to(receiver.url, KEY)
        send(client)
        sandbox.wait_for_webhooks()

    assert receiver.kinds == ["EmailSent", "EmailDelivered"]
    assert sandbox.webhook_signing_key == KEY


def test_webhooks_to_when_called_then_what_happened_before_goes_where_it_was_to_go(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    receiver.released.clear()
    send(client)
    receiver.is_hanging.wait()
    with receiving() as other:
        sandbox.webhooks_to(other.url, "another key")
        send(client, queue_draft=True)
        receiver.released.set()
        sandbox.wait_for_webhooks()

        assert receiver.kinds == ["EmailSent", "EmailDelivered"]
        ((body, headers),) = other.posts
    webhooks.verify(body, headers, "another key")
    assert isinstance(webhooks.parse(body), webhooks.EmailDrafted)


def test_webhooks_when_they_leave_this_machine_then_certificates_are_verified(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, verified, is_directed = httpx.AsyncClient, dict[str, bool](), threading.Event()

    def client_of(*, verify: bool, **_: Any) -> httpx.AsyncClient:
        def answer(request: httpx.Request) -> httpx.Response:
            verified[request.url.host] = verify
            return httpx.Response(204 if is_directed.is_set() else 500)

        return kind(transport=httpx.MockTransport(answer))

    monkeypatch.setattr(httpx, "AsyncClient", client_of)
    with Sandbox(webhook_url=receiver.url, webhook_signing_key=KEY) as sandbox, sandbox.client() as client:
        send(client)
        sandbox.webhooks_to("https://example.com")
        send(client)
        is_directed.set()
        sandbox.wait_for_webhooks()

    assert verified == {"127.0.0.1": False, "example.com": True}
