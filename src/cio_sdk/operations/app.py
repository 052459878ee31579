# Generated from openapi/app.yaml by `make generate`. Do not edit.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cio_sdk._json import rows_in
from cio_sdk._operation import Argument, Operation, Route, body_from, body_of
from cio_sdk.models.app import (
    Audience,
    BroadcastErrors,
    BroadcastRecipient,
    BroadcastRequest,
    BroadcastStatus,
    BroadcastTrigger,
    Collection,
    CollectionAnswer,
    CollectionItems,
    CollectionsAnswer,
    CollectionSource,
    EmailRequest,
    EmailResponse,
    InAppRequest,
    InboxMessageRequest,
    PushRequest,
    SMSRequest,
    TransactionalResponse,
    WhatsAppRequest,
)
from cio_sdk.models.common import (
    BroadcastId,
    CollectionId,
    CollectionName,
    CollectionRows,
    CustomerId,
    JSONObject,
    PageToken,
    PersonEmail,
    TriggerId,
    WebURL,
)
from cio_sdk.response import StandardResponse

_BROADCAST_ID = Argument("broadcast_id", BroadcastId)
_TRIGGER_ID = Argument("trigger_id", TriggerId)
_START = Argument("start", PageToken)
_COLLECTION_ID = Argument("collection_id", CollectionId)
_ITEMS = Argument("items", CollectionRows)

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


_SEND_PUSH: Route[TransactionalResponse] = Route(
    name="send_push",
    method="POST",
    host="app",
    path="/v1/send/push",
    repeat="once",
    decode=TransactionalResponse.model_validate_json,
    transactional=True,
)


def send_push(request: PushRequest) -> Operation[TransactionalResponse]:
    """Send a transactional push notification to the devices of one person.

    Args:
        request: A push notification to the devices of one person, from a template. What is set here overrides the template.

    Returns:
        The request, ready for `Client.send`: `POST app /v1/send/push`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_from(PushRequest, request, "request")
    return Operation(_SEND_PUSH, "/v1/send/push", body)


_SEND_SMS: Route[TransactionalResponse] = Route(
    name="send_sms",
    method="POST",
    host="app",
    path="/v1/send/sms",
    repeat="once",
    decode=TransactionalResponse.model_validate_json,
    transactional=True,
)


def send_sms(request: SMSRequest) -> Operation[TransactionalResponse]:
    """Send a transactional text message (SMS) to one person.

    Args:
        request: A text message to one person, from a template.

    Returns:
        The request, ready for `Client.send`: `POST app /v1/send/sms`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_from(SMSRequest, request, "request")
    return Operation(_SEND_SMS, "/v1/send/sms", body)


_SEND_WHATSAPP: Route[TransactionalResponse] = Route(
    name="send_whatsapp",
    method="POST",
    host="app",
    path="/v1/send/whatsapp",
    repeat="once",
    decode=TransactionalResponse.model_validate_json,
    transactional=True,
)


def send_whatsapp(request: WhatsAppRequest) -> Operation[TransactionalResponse]:
    """Send a transactional WhatsApp message to one person.

    Args:
        request: A WhatsApp message to one person, from a template that WhatsApp has approved.

    Returns:
        The request, ready for `Client.send`: `POST app /v1/send/whatsapp`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_from(WhatsAppRequest, request, "request")
    return Operation(_SEND_WHATSAPP, "/v1/send/whatsapp", body)


_SEND_INBOX_MESSAGE: Route[TransactionalResponse] = Route(
    name="send_inbox_message",
    method="POST",
    host="app",
    path="/v1/send/inbox_message",
    repeat="once",
    decode=TransactionalResponse.model_validate_json,
    transactional=True,
)


def send_inbox_message(request: InboxMessageRequest) -> Operation[TransactionalResponse]:
    """Send a transactional message to the inbox in your app to one person.

    Args:
        request: A message to the inbox that your app shows to one person, from a template.

    Returns:
        The request, ready for `Client.send`: `POST app /v1/send/inbox_message`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_from(InboxMessageRequest, request, "request")
    return Operation(_SEND_INBOX_MESSAGE, "/v1/send/inbox_message", body)


_SEND_IN_APP: Route[TransactionalResponse] = Route(
    name="send_in_app",
    method="POST",
    host="app",
    path="/v1/send/in_app",
    repeat="once",
    decode=TransactionalResponse.model_validate_json,
    transactional=True,
)


def send_in_app(request: InAppRequest) -> Operation[TransactionalResponse]:
    """Send a transactional in-app message to one person.

    Args:
        request: A message that your app shows to one person, from a template.

    Returns:
        The request, ready for `Client.send`: `POST app /v1/send/in_app`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_from(InAppRequest, request, "request")
    return Operation(_SEND_IN_APP, "/v1/send/in_app", body)


_TRIGGER_BROADCAST: Route[BroadcastTrigger] = Route(
    name="trigger_broadcast",
    method="POST",
    host="app",
    path="/v1/campaigns/{broadcast_id}/triggers",
    repeat="once",
    decode=BroadcastTrigger.model_validate_json,
    interval=10,
)


def trigger_broadcast(
    broadcast_id: BroadcastId,
    *,
    data: JSONObject | None = None,
    recipients: Audience | None = None,
    emails: Sequence[PersonEmail] | None = None,
    ids: Sequence[CustomerId] | None = None,
    per_user_data: Sequence[BroadcastRecipient] | None = None,
    data_file_url: WebURL | None = None,
    id_ignore_missing: bool | None = None,
    email_ignore_missing: bool | None = None,
    email_add_duplicates: bool | None = None,
) -> Operation[BroadcastTrigger]:
    """Send an API-triggered broadcast to its audience.

    Args:
        broadcast_id: The number that Customer.io gave to an API-triggered broadcast.
        data: The values that the broadcast refers to.
        recipients: The people whom a filter finds; `cio_sdk.audience` has words to write one.
        emails: The people, by their email addresses. They must exist.
        ids: The people, by their ids, up to 10,000. They must exist.
        per_user_data: The people, up to 10,000, each with values of their own. They must exist.
        data_file_url: The address of a file with one JSON object a line, each with the `id` or `email` of a person and `data`. They must exist.
        id_ignore_missing: Whether people without an id, and ids that nobody has, are passed over; else one stops the broadcast.
        email_ignore_missing: Whether people without an address, and addresses that nobody has, are passed over; else one stops the broadcast.
        email_add_duplicates: Whether an address that several people have is sent to each; else one stops the broadcast.

    Returns:
        The request, ready for `Client.send`: `POST app /v1/campaigns/{broadcast_id}/triggers`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(
        BroadcastRequest,
        {
            "data": data,
            "recipients": recipients,
            "emails": emails,
            "ids": ids,
            "per_user_data": per_user_data,
            "data_file_url": data_file_url,
            "id_ignore_missing": id_ignore_missing,
            "email_ignore_missing": email_ignore_missing,
            "email_add_duplicates": email_add_duplicates,
        },
    )
    return Operation(_TRIGGER_BROADCAST, f"/v1/campaigns/{_BROADCAST_ID.segment(broadcast_id)}/triggers", body)


_GET_BROADCAST_STATUS: Route[BroadcastStatus] = Route(
    name="get_broadcast_status",
    method="GET",
    host="app",
    path="/v1/campaigns/{broadcast_id}/triggers/{trigger_id}",
    repeat="safe",
    decode=BroadcastStatus.model_validate_json,
)


def get_broadcast_status(broadcast_id: BroadcastId, trigger_id: TriggerId) -> Operation[BroadcastStatus]:
    """Find out whether one sending of a broadcast has been processed.

    Args:
        broadcast_id: The number that Customer.io gave to an API-triggered broadcast.
        trigger_id: The number that Customer.io gave to one sending of a broadcast.

    Returns:
        The request, ready for `Client.send`: `GET app /v1/campaigns/{broadcast_id}/triggers/{trigger_id}`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    return Operation(
        _GET_BROADCAST_STATUS,
        f"/v1/campaigns/{_BROADCAST_ID.segment(broadcast_id)}/triggers/{_TRIGGER_ID.segment(trigger_id)}",
    )


_GET_BROADCAST_ERRORS_PAGE: Route[BroadcastErrors] = Route(
    name="get_broadcast_errors_page",
    method="GET",
    host="app",
    path="/v1/campaigns/{broadcast_id}/triggers/{trigger_id}/errors",
    repeat="safe",
    decode=BroadcastErrors.model_validate_json,
)


def get_broadcast_errors_page(
    broadcast_id: BroadcastId, trigger_id: TriggerId, *, start: PageToken | None = None
) -> Operation[BroadcastErrors]:
    """Read a page of what went wrong in one sending of a broadcast.

    Args:
        broadcast_id: The number that Customer.io gave to an API-triggered broadcast.
        trigger_id: The number that Customer.io gave to one sending of a broadcast.
        start: Where a page of results starts, as the page before it says.

    Returns:
        The request, ready for `Client.send`: `GET app /v1/campaigns/{broadcast_id}/triggers/{trigger_id}/errors`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    return Operation(
        _GET_BROADCAST_ERRORS_PAGE,
        f"/v1/campaigns/{_BROADCAST_ID.segment(broadcast_id)}/triggers/{_TRIGGER_ID.segment(trigger_id)}/errors{_START.query(start)}",
    )


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
    name: CollectionName, items: CollectionRows, *, collection_id: CollectionId | None = None
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


_GET_COLLECTION: Route[Collection] = Route(
    name="get_collection",
    method="GET",
    host="app",
    path="/v1/collections/{collection_id}",
    repeat="safe",
    decode=lambda body: CollectionAnswer.model_validate_json(body).collection,
)


def get_collection(collection_id: CollectionId) -> Operation[Collection]:
    """Look up a collection, without its rows.

    Args:
        collection_id: The number that Customer.io gave to a collection.

    Returns:
        The request, ready for `Client.send`: `GET app /v1/collections/{collection_id}`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    return Operation(_GET_COLLECTION, f"/v1/collections/{_COLLECTION_ID.segment(collection_id)}")


_DELETE_COLLECTION: Route[StandardResponse] = Route(
    name="delete_collection",
    method="DELETE",
    host="app",
    path="/v1/collections/{collection_id}",
    repeat="safe",
)


def delete_collection(collection_id: CollectionId) -> Operation[StandardResponse]:
    """Delete a collection and its rows. Messages that refer to it find it empty.

    Args:
        collection_id: The number that Customer.io gave to a collection.

    Returns:
        The request, ready for `Client.send`: `DELETE app /v1/collections/{collection_id}`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    return Operation(_DELETE_COLLECTION, f"/v1/collections/{_COLLECTION_ID.segment(collection_id)}")


_GET_COLLECTION_CONTENTS: Route[list[dict[str, Any]]] = Route(
    name="get_collection_contents",
    method="GET",
    host="app",
    path="/v1/collections/{collection_id}/content",
    repeat="safe",
    decode=rows_in,
)


def get_collection_contents(collection_id: CollectionId) -> Operation[list[dict[str, Any]]]:
    """Read the rows of a collection.

    Args:
        collection_id: The number that Customer.io gave to a collection.

    Returns:
        The request, ready for `Client.send`: `GET app /v1/collections/{collection_id}/content`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    return Operation(_GET_COLLECTION_CONTENTS, f"/v1/collections/{_COLLECTION_ID.segment(collection_id)}/content")


_UPDATE_COLLECTION_CONTENTS: Route[Collection] = Route(
    name="update_collection_contents",
    method="PUT",
    host="app",
    path="/v1/collections/{collection_id}/content",
    repeat="safe",
    decode=lambda body: CollectionAnswer.model_validate_json(body).collection,
)


def update_collection_contents(collection_id: CollectionId, items: CollectionRows) -> Operation[Collection]:
    """Replace the rows of a collection, and leave its name as it is.

    Args:
        collection_id: The number that Customer.io gave to a collection.
        items: Rows, each a mapping, a pydantic model or a dataclass; up to 10 KB each and 10 MB together.

    Returns:
        The request, ready for `Client.send`: `PUT app /v1/collections/{collection_id}/content`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = _ITEMS.body(items)
    return Operation(
        _UPDATE_COLLECTION_CONTENTS, f"/v1/collections/{_COLLECTION_ID.segment(collection_id)}/content", body
    )
