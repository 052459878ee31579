"""Ids of any kind arrive in the path as they left, and nothing else of the path changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

import httpx
import pytest
from clients import SITE_ID, TRACKING_API_KEY
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_sdk import Client, operations

IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=37).filter(
    lambda text: bool(text.strip()) and text not in (".", "..")
)


class Network:
    """A network that keeps the last request, behind a client of the SDK."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.http_client = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.client = Client(SITE_ID, TRACKING_API_KEY, http_client=self.http_client)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json={})

    @property
    def segments(self) -> list[str]:
        """The path of the last request, each segment as the server reads it."""
        path = self.requests[-1].url.raw_path.partition(b"?")[0]
        return [unquote_to_bytes(segment).decode() for segment in path.split(b"/")]


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    """One network for all examples."""
    made = Network()
    yield made
    made.http_client.close()


@given(IDS)
@settings(max_examples=300)
def test_customer_id_when_it_is_any_text_then_it_arrives_in_the_path_as_it_left(
    network: Network, customer_id: str
) -> None:
    network.client.delete_customer(customer_id)

    assert network.segments == ["", "api", "v1", "customers", customer_id]
    assert b"?" not in network.requests[-1].url.raw_path


@given(IDS, IDS)
def test_device_id_when_it_is_any_text_then_it_arrives_in_the_path_as_it_left(
    network: Network, customer_id: str, device_id: str
) -> None:
    network.client.delete_device(customer_id, device_id)

    assert network.segments == ["", "api", "v1", "customers", customer_id, "devices", device_id]


@given(st.integers())
def test_customer_id_when_a_number_then_its_digits_arrive(network: Network, customer_id: int) -> None:
    network.client.new_event(customer_id, "n")

    assert network.segments[4:] == [str(customer_id), "events"]


@given(IDS)
def test_operation_when_made_then_its_path_is_ascii_and_the_one_that_is_sent(
    network: Network, customer_id: str
) -> None:
    operation = operations.update_customer(customer_id)
    network.client.send(operation)

    assert operation.path.isascii()
    assert network.requests[-1].url.raw_path == operation.path.encode()


@given(IDS)
def test_identifier_when_in_a_body_then_it_arrives_as_it_left(identifier: str) -> None:
    email = {"to": "a@example.com", "identifiers": {"id": identifier}, "transactional_message_id": identifier}
    body = operations.send_email(email).body  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

    assert body is not None
    assert json.loads(body) == email


@pytest.mark.parametrize("customer_id", ["a b", "a+b", "a%20b", "a/../b", "a?b=c#d", "ä@ö.de", "😀", "\x00", "a;b,c"])
def test_customer_id_when_it_looks_like_a_part_of_a_url_then_it_is_one_segment(
    network: Network, customer_id: str
) -> None:
    network.client.delete_customer(customer_id)

    assert network.segments[4:] == [customer_id]
