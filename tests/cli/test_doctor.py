"""What the doctor finds with settings that lead to Customer.io itself."""

from __future__ import annotations

import httpx
import pytest
import respx

from cio_sdk.cli._doctor import Finding, examine

KEYS = {"CIO_SITE_ID": "s1te", "CIO_TRACKING_API_KEY": "k3y"}
APP_KEY = {"CIO_APP_API_KEY": "4pp"}
EU = {"url": "https://track-eu.customer.io", "data_center": "eu", "environment_id": 1}
US = {"url": "https://track.customer.io", "data_center": "us", "environment_id": 1}


def found(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return list(examine(environment, 1.0))


def test_keys_when_of_the_other_region_then_it_says_which(
    wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"track-eu.customer.io": EU, "api-eu.customer.io": {"collections": []}}
    wire.routes[0].mock(
        side_effect=lambda request: httpx.Response(
            200 if request.url.host in answers else 401, json=answers.get(request.url.host, {})
        )
    )

    assert found({**KEYS, **APP_KEY}, monkeypatch) == [
        Finding(False, "Track API in the US: refused; the keys are of a workspace in the EU", "set CIO_REGION=eu"),
        Finding(False, "App API in the US: refused; the keys are of a workspace in the EU", "set CIO_REGION=eu"),
    ]


def test_keys_when_the_workspace_is_elsewhere_then_it_says_where(
    wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.routes[0].mock(return_value=httpx.Response(200, json=EU))

    track, app = found(KEYS, monkeypatch)

    assert track == Finding(
        False, "Track API in the US: the keys are right, but the workspace is in the EU", "set CIO_REGION=eu"
    )
    assert app == Finding(True, "App API: not tried, as CIO_APP_API_KEY is not set")


def test_keys_when_right_then_it_says_so(wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.routes[0].mock(return_value=httpx.Response(200, json=US))

    track, _ = found(KEYS, monkeypatch)

    assert track.is_good
    assert track.what.startswith("Track API in the US: the keys are right (")


@pytest.mark.parametrize(
    ("outcome", "words", "advice"),
    [
        (httpx.Response(401), "CIO_SITE_ID and CIO_TRACKING_API_KEY refused", "copy them anew from Settings"),
        (httpx.Response(503), "503 from GET /api/v1/accounts/region", "try again later"),
        (httpx.Response(200, text="<html>"), "what answers there is not Customer.io", "check CIO_TRACK_URL"),
        (httpx.ConnectError("no"), "no connection for GET /api/v1/accounts/region", "check the network"),
    ],
)
def test_track_api_when_it_does_not_answer_well_then_it_says_what_to_do(
    wire: respx.MockRouter,
    monkeypatch: pytest.MonkeyPatch,
    outcome: httpx.Response | Exception,
    words: str,
    advice: str,
) -> None:
    wire.routes[0].mock(side_effect=[outcome] * 2)

    track, _ = found(KEYS, monkeypatch)

    assert not track.is_good
    assert words in track.what
    assert advice in track.advice


def test_keys_when_half_of_a_pair_is_missing_then_there_is_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    (half,) = found({"CIO_SITE_ID": "s1te", **APP_KEY}, monkeypatch)

    assert (half.is_good, half.what) == (False, "CIO_TRACKING_API_KEY is not set, and the other key of its pair is")


def test_certificates_when_their_file_is_not_there_then_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = found({**KEYS, "SSL_CERT_FILE": "/nowhere"}, monkeypatch)

    assert finding.advice == "SSL_CERT_FILE: there is no /nowhere; correct it, or unset it"
