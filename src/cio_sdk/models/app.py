# Generated from openapi/app.yaml by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, ConfigDict, Field

from cio_sdk._base import (
    EmailRequestBase,
    RequestModel,
    ResponseModel,
    RuledRequestModel,
)
from cio_sdk.models.common import (
    Address,
    Attachments,
    CioId,
    CollectionName,
    CustomerId,
    HeaderName,
    HeaderValue,
    JSONObject,
    String,
    Timestamp,
    TransactionalMessageId,
    WebURL,
)


class Identifiers(RuledRequestModel):
    """The person whom a message is for, by exactly one of `id`, `email` and `cio_id`."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "maxProperties": 1},
    )
    id: CustomerId | None = None
    """The id that your app gave the person."""

    email: Address | None = None
    """The person's email address, where the workspace identifies people by email."""

    cio_id: CioId | None = None
    """The id that Customer.io gave the person."""


class EmailRequest(EmailRequestBase):
    """An email to one person: a template by its `transactional_message_id`, or a `body`, `subject` and `from` of its own. What is set here beside a template overrides the template."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["transactional_message_id"]}, {"required": ["body", "subject", "from"]}]
        },
    )
    to: Address
    """The recipients, separated by commas; up to 15 with `cc` and `bcc`."""

    identifiers: Identifiers
    """The person whom the email is for."""

    transactional_message_id: TransactionalMessageId | None = None
    """The template, by its number or its trigger name."""

    message_data: JSONObject | None = None
    """The values that the template refers to."""

    from_: Annotated[
        Address | None,
        Field(serialization_alias="from", validation_alias=AliasChoices("from", "from_")),
    ] = None
    """The sender, an address that is verified in Customer.io."""

    reply_to: Address | None = None
    """The address that answers go to."""

    cc: Address | None = None
    """Recipients of a copy, separated by commas."""

    bcc: Address | None = None
    """Recipients of a blind copy, separated by commas."""

    fake_bcc: bool | None = None
    """Whether those in `bcc` get a copy of their own, with the recipients named in the subject."""

    subject: String | None = None
    """The subject line."""

    preheader: String | None = None
    """The preview text that an inbox shows beside the subject."""

    body: String | None = None
    """The HTML body."""

    body_plain: Annotated[
        String | None,
        Field(validation_alias=AliasChoices("body_plain", "plaintext_body")),
    ] = None
    """The plain-text body; made from `body` where it is left out."""

    body_amp: Annotated[String | None, Field(validation_alias=AliasChoices("body_amp", "amp_body"))] = None
    """The AMP body."""

    language: String | None = None
    """The language of the template to use, such as `de` or `pt-br`."""

    attachments: Attachments | None = None
    """Files by name, each as base64; `attach()` fills it. 2 MB together."""

    headers: dict[HeaderName, HeaderValue] | None = None
    """Additional email headers, in ASCII."""

    send_at: Timestamp | None = None
    """When to send, up to 90 days ahead; at once where it is left out or past."""

    tracked: bool | None = None
    """Whether opens and clicks are tracked."""

    disable_css_preprocessing: bool | None = None
    """Whether the CSS is left as it is."""

    disable_message_retention: bool | None = None
    """Whether Customer.io forgets the body after sending."""

    send_to_unsubscribed: bool | None = None
    """Whether people who unsubscribed get the email too."""

    queue_draft: bool | None = None
    """Whether the email waits as a draft instead of being sent."""

    auto_create: bool | None = None
    """Whether a person who does not exist yet is created."""


class TransactionalResponse(ResponseModel):
    """What a message that was accepted for sending is known by."""

    delivery_id: str
    """The id of this delivery, in reports and webhooks."""

    queued_at: Timestamp
    """When the message was queued."""


class EmailResponse(TransactionalResponse):
    """What an email that was accepted for sending is known by."""


class CollectionItems(RequestModel):
    """The body that fills a collection with rows."""

    name: CollectionName
    """The name by which messages refer to the collection."""

    data: list[JSONObject]
    """The rows, up to 10 KB each and 10 MB together. They replace what was there."""


class CollectionSource(RequestModel):
    """The body that fills a collection from the web."""

    name: CollectionName
    """The name by which messages refer to the collection."""

    url: WebURL
    """The address of a JSON or CSV file, or of a Google sheet. Its rows replace what was there."""


class Collection(ResponseModel):
    """A table that messages can draw on."""

    id: int
    """The number of the collection."""

    name: str
    """The name by which messages refer to the collection."""

    schema_: Annotated[
        list[str] | None,
        Field(
            serialization_alias="schema",
            validation_alias=AliasChoices("schema", "schema_"),
        ),
    ] = None
    """The names of the columns."""

    rows: int | None = None
    """How many rows there are."""

    bytes: int | None = None
    """The size in bytes."""

    created_at: Timestamp | None = None
    """When the collection was created."""

    updated_at: Timestamp | None = None
    """When the collection last changed."""


class CollectionsAnswer(ResponseModel):
    """The answer that carries all collections."""

    collections: list[Collection]
    """The collections."""


class CollectionAnswer(ResponseModel):
    """The answer that carries a collection."""

    collection: Collection
    """The collection."""
