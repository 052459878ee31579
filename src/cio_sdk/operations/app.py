# Generated from openapi/app.yaml by `make generate`. Do not edit.

from __future__ import annotations

from collections.abc import Sequence

from cio_sdk._operation import Argument, Operation, Route, body_from, body_of
from cio_sdk.models.app import (
    Collection,
    CollectionAnswer,
    CollectionItems,
    CollectionsAnswer,
    CollectionSource,
    EmailRequest,
    EmailResponse,
)
from cio_sdk.models.common import (
    CollectionId,
    CollectionName,
    JSONObject,
    WebURL,
)

_COLLECTION_ID = Argument("collection_id", CollectionId)

_SEND_EMAIL: Route[EmailResponse] = Route(
    name="send_email",
    method="POST",
    host="app",
    path="/v1/send/email",
    repeat="once",
    decode=EmailResponse.model_validate_json,
    transactional=True,
)


def send_email(request: EmailRequest) -> Operation[EmailResponse]:
    """Send a transactional email to one person.

    Args:
        request: An email to one person: a template by its `transactional_message_id`, or a `body`, `subject` and `from` of its own. What is set here beside a template overrides the template.

    Returns:
        The request, ready for `Client.send`: `POST app /v1/send/email`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_from(EmailRequest, request, "request")
    return Operation(_SEND_EMAIL, "/v1/send/email", body)


_LIST_COLLECTIONS: Route[Sequence[Collection]] = Route(
    name="list_collections",
    method="GET",
    host="app",
    path="/v1/collections",
    repeat="safe",
    decode=lambda body: CollectionsAnswer.model_validate_json(body).collections,
)


def list_collections() -> Operation[Sequence[Collection]]:
    """List the collections of the workspace.

    Returns:
        The request, ready for `Client.send`: `GET app /v1/collections`.
    """
    return Operation(_LIST_COLLECTIONS, "/v1/collections")


_UPDATE_COLLECTION_PUT: Route[Collection] = Route(
    name="update_collection",
    method="PUT",
    host="app",
    path="/v1/collections/{collection_id}",
    repeat="safe",
    decode=lambda body: CollectionAnswer.model_validate_json(body).collection,
)
_UPDATE_COLLECTION_POST: Route[Collection] = Route(
    name="update_collection",
    method="POST",
    host="app",
    path="/v1/collections",
    repeat="once",
    decode=lambda body: CollectionAnswer.model_validate_json(body).collection,
)


def update_collection(
    name: CollectionName, items: Sequence[JSONObject], *, collection_id: CollectionId | None = None
) -> Operation[Collection]:
    """Create a collection from rows, or replace the rows of an existing one.

    Args:
        name: The name by which messages refer to the collection.
        items: The rows, up to 10 KB each and 10 MB together. They replace what was there.
        collection_id: The number that Customer.io gave to a collection.

    Returns:
        The request, ready for `Client.send`: `PUT app /v1/collections/{collection_id}` or `POST app /v1/collections`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(CollectionItems, {"name": name, "data": items}, {"data": "items"})
    if collection_id is not None:
        return Operation(_UPDATE_COLLECTION_PUT, f"/v1/collections/{_COLLECTION_ID.segment(collection_id)}", body)
    return Operation(_UPDATE_COLLECTION_POST, "/v1/collections", body)


_UPDATE_COLLECTION_VIA_URL_PUT: Route[Collection] = Route(
    name="update_collection_via_url",
    method="PUT",
    host="app",
    path="/v1/collections/{collection_id}",
    repeat="safe",
    decode=lambda body: CollectionAnswer.model_validate_json(body).collection,
)
_UPDATE_COLLECTION_VIA_URL_POST: Route[Collection] = Route(
    name="update_collection_via_url",
    method="POST",
    host="app",
    path="/v1/collections",
    repeat="once",
    decode=lambda body: CollectionAnswer.model_validate_json(body).collection,
)


def update_collection_via_url(
    name: CollectionName, url: WebURL, *, collection_id: CollectionId | None = None
) -> Operation[Collection]:
    """Create a collection from a file on the web, or replace the rows of an existing one.

    Args:
        name: The name by which messages refer to the collection.
        url: The address of a JSON or CSV file, or of a Google sheet. Its rows replace what was there.
        collection_id: The number that Customer.io gave to a collection.

    Returns:
        The request, ready for `Client.send`: `PUT app /v1/collections/{collection_id}` or `POST app /v1/collections`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(CollectionSource, {"name": name, "url": url})
    if collection_id is not None:
        return Operation(
            _UPDATE_COLLECTION_VIA_URL_PUT, f"/v1/collections/{_COLLECTION_ID.segment(collection_id)}", body
        )
    return Operation(_UPDATE_COLLECTION_VIA_URL_POST, "/v1/collections", body)
