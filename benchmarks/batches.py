"""Many events at once: each way to send or to check them, in a process of its own.

It reads lines with how many events to do, and answers each with the seconds that they took, as time and as CPU time.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeAlias

Do: TypeAlias = Callable[[int], tuple[float, float]]

_MAX_BYTES = 500_000
_NO_WAIT = 1e9


def event(number: int) -> dict[str, Any]:
    """One of many events."""
    return {
        "type": "person",
        "action": "event",
        "identifiers": {"id": f"user{number:06}"},
        "name": "purchase",
        "timestamp": 1_767_139_200,
        "attributes": {"item": "The Analytical Engine", "price": 59.9, "quantity": 2, "gift": False},
    }


def _events(count: int) -> Iterator[dict[str, Any]]:
    return map(event, range(count))


def cio(url: str) -> Do:
    """This SDK."""
    from cio_sdk import Client

    client = Client("site", "key", "app", track_url=url, app_url=url)

    def send(count: int) -> None:
        report = client.batch(_events(count))
        report.raise_for_errors()
        assert report.accepted == count

    return _timed(send)


def customerio_batch(url: str) -> Do:
    """The package `customerio`, given as many events a request as are just below its limit."""
    track = _customerio(url)
    at_once = (_MAX_BYTES - len('{"batch": []}')) // len(json.dumps(event(0)) + ", ")

    def send(count: int) -> None:
        events = _events(count)
        while chunk := list(islice(events, at_once)):
            track.batch(chunk)

    return _timed(send)


def customerio_track(url: str) -> Do:
    """The package `customerio`, with a request for each event."""
    track = _customerio(url)

    def send(count: int) -> None:
        for each in _events(count):
            track.track(each["identifiers"]["id"], each["name"], each["attributes"], timestamp=each["timestamp"])

    return _timed(send)


def _customerio(url: str) -> Any:
    from customerio import CustomerIO

    class Plain(CustomerIO):  # type: ignore[misc]
        def send_request(self, method: str, url: str, data: dict[str, Any]) -> Any:
            return super().send_request(method, url.replace("https://", "http://"), data)

    host, port = url.removeprefix("http://").split(":")
    track = Plain("site", "key", host=host, port=int(port))
    track.http.mount("http://", track.http.get_adapter("https://"))
    return track


def check(_url: str) -> Do:
    """What this SDK does with events before it sends them: validation, ULIDs and packing."""
    from cio_sdk._batching import Pull, Settled, Start, Wait, conduct
    from cio_sdk.models import BatchAnswer

    def drive(events: list[dict[str, Any]]) -> None:
        given, steps = iter(events), conduct(time.monotonic, 4, _NO_WAIT)
        under_way: list[Any] = []
        answer: Any = None
        done = 0
        try:
            while True:
                step: Any = steps.send(answer)
                answer = None
                match step:
                    case Pull(count):
                        answer = list(islice(given, count))
                    case Start(part):
                        part.request()
                        under_way.append(part)
                    case Wait():
                        answer = [(under_way.pop(0), BatchAnswer())]
                    case Settled():
                        done += len(step.indexes)
        except StopIteration:
            assert done == len(events)

    return _timed_without_making(drive)


def person_event(_url: str) -> Do:
    """A model of each event."""
    from cio_sdk.models import PersonEvent

    return _timed_without_making(lambda events: _each(events, lambda each: PersonEvent(**each)))


def standard_json(_url: str) -> Do:
    """The JSON of each event, by the standard library."""
    return _timed_without_making(lambda events: _each(events, json.dumps))


def pydantic_json(_url: str) -> Do:
    """The JSON of each event, by pydantic-core."""
    from pydantic_core import to_json

    return _timed_without_making(lambda events: _each(events, to_json))


def _each(events: list[dict[str, Any]], do: Callable[[dict[str, Any]], object]) -> None:
    for each in events:
        do(each)


def _timed_without_making(do: Callable[[list[dict[str, Any]]], None]) -> Do:
    def run(count: int) -> tuple[float, float]:
        events = list(_events(count))
        return _timed(lambda _: do(events))(count)

    return run


def _timed(do: Callable[[int], None]) -> Do:
    def run(count: int) -> tuple[float, float]:
        gc.collect()
        started, cpu = time.perf_counter(), time.process_time()
        do(count)
        return time.perf_counter() - started, time.process_time() - cpu

    return run


SENT: dict[str, Callable[[str], Do]] = {
    "cio-sdk, batch": cio,
    "customerio, batch": customerio_batch,
    "customerio, track": customerio_track,
}
SENT_AFAR: dict[str, Callable[[str], Do]] = {
    "cio-sdk, batch, 50 ms away": cio,
    "customerio, batch, 50 ms away": customerio_batch,
}
"""The same against a server that takes 50 ms to answer, as one over the Internet does."""
CHECKED: dict[str, Callable[[str], Do]] = {
    "cio-sdk, batch without sending": check,
    "PersonEvent": person_event,
    "json.dumps": standard_json,
    "pydantic_core.to_json": pydantic_json,
}


def main() -> None:
    """Do as many events as each line says, until the input ends."""
    name, url = sys.argv[1:]
    do = {**SENT, **SENT_AFAR, **CHECKED}[name](url)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        try:
            answer: Any = {"seconds": do(json.loads(line))}
        except Exception as error:  # noqa: BLE001
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
