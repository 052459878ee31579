# Generated from openapi/app.yaml by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AliasChoices, ConfigDict, Field

from cio_sdk._base import (
    BroadcastStatusBase,
    EmailRequestBase,
    OpenRequestModel,
    RequestModel,
    ResponseModel,
    RuledRequestModel,
)
from cio_sdk.models.common import (
    Address,
    Attachments,
    AttributeName,
    AttributeValue,
    CioId,
    CollectionName,
    CollectionRows,
    CustomerId,
    DeviceId,
    DevicePlatformLike,
    HeaderName,
    HeaderValue,
    InterruptionLevelLike,
    JSONObject,
    MessageNumber,
    PersonEmail,
    PushSoundLike,
    SendTime,
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

    email: PersonEmail | None = None
    """The person's email address, where the workspace identifies people by email."""

    cio_id: CioId | None = None
    """The id that Customer.io gave the person."""


class EmailRequest(EmailRequestBase):
    """An email to one person: a template by its `transactional_message_id`, or a `body`, `subject` and `from` of its own. What is set here beside a template overrides the template."""

    model_config = ConfigDict(
        json_schema_extra={
            "max-recipients": 15,
            "anyOf": [{"required": ["transactional_message_id"]}, {"required": ["body", "subject", "from"]}],
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

    send_at: SendTime | None = None
    """When to send, up to 90 days ahead; at once where it is left out or past, by a day at most."""

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


class TransactionalMessage(RequestModel):
    """What the messages of every channel but email have in common."""

    transactional_message_id: TransactionalMessageId
    """The template, by its number or its trigger name."""

    identifiers: Identifiers
    """The person whom the message is for."""

    message_data: JSONObject | None = None
    """The values that the template refers to."""

    language: String | None = None
    """The language of the template to use, such as `de` or `pt-br`."""

    send_at: SendTime | None = None
    """When to send, up to 90 days ahead; at once where it is left out or past, by a day at most."""

    disable_message_retention: bool | None = None
    """Whether Customer.io forgets the message after sending."""

    queue_draft: bool | None = None
    """Whether the message waits as a draft instead of being sent."""


class PushDevice(RequestModel):
    """A phone or tablet that a push goes to."""

    token: DeviceId
    """The device's token."""

    platform: DevicePlatformLike
    """The push service, `ios` or `android`."""

    last_used: Timestamp | None = None
    """When the device was last used; the time of the request where it is left out."""

    attributes: JSONObject | None = None
    """What else is known of the device, such as `app_version`, `device_os` or `device_locale`."""


class SDKPush(OpenRequestModel):
    """A notification that Customer.io's SDK shows."""

    title: String | None = None
    """The title."""

    body: String | None = None
    """The text."""

    link: String | None = None
    """The address, or deep link, that a tap leads to."""

    image: String | None = None
    """The https address of an image to show."""


class Alert(OpenRequestModel):
    """What a notification shows, in parts."""

    title: String | None = None
    """The title."""

    subtitle: String | None = None
    """The line under the title."""

    body: String | None = None
    """The text."""

    launch_image: Annotated[
        String | None,
        Field(
            serialization_alias="launch-image",
            validation_alias=AliasChoices("launch-image", "launch_image"),
        ),
    ] = None
    """The image that is shown while the app starts."""

    title_loc_key: Annotated[
        String | None,
        Field(
            serialization_alias="title-loc-key",
            validation_alias=AliasChoices("title-loc-key", "title_loc_key"),
        ),
    ] = None
    """The key of the title among the translations in your app."""

    title_loc_args: Annotated[
        list[String] | None,
        Field(
            serialization_alias="title-loc-args",
            validation_alias=AliasChoices("title-loc-args", "title_loc_args"),
        ),
    ] = None
    """What is put into the translated title."""

    subtitle_loc_key: Annotated[
        String | None,
        Field(
            serialization_alias="subtitle-loc-key",
            validation_alias=AliasChoices("subtitle-loc-key", "subtitle_loc_key"),
        ),
    ] = None
    """The key of the subtitle among the translations in your app."""

    subtitle_loc_args: Annotated[
        list[String] | None,
        Field(
            serialization_alias="subtitle-loc-args",
            validation_alias=AliasChoices("subtitle-loc-args", "subtitle_loc_args"),
        ),
    ] = None
    """What is put into the translated subtitle."""

    loc_key: Annotated[
        String | None,
        Field(
            serialization_alias="loc-key",
            validation_alias=AliasChoices("loc-key", "loc_key"),
        ),
    ] = None
    """The key of the text among the translations in your app."""

    loc_args: Annotated[
        list[String] | None,
        Field(
            serialization_alias="loc-args",
            validation_alias=AliasChoices("loc-args", "loc_args"),
        ),
    ] = None
    """What is put into the translated text."""


class CriticalSound(OpenRequestModel):
    """A sound that is heard although the phone is silent."""

    critical: int | None = None
    """1 for a critical sound."""

    name: String | None = None
    """The name of the sound."""

    volume: Annotated[float | None, Field(ge=0.0, le=1.0)] = None
    """From 0, silent, to 1."""


class AndroidText(OpenRequestModel):
    """The title and the text of a notification."""

    title: String | None = None
    """The title."""

    body: String | None = None
    """The text."""


class AndroidNotification(OpenRequestModel):
    """How a notification looks and sounds on Android."""

    icon: String | None = None
    """The name of an icon in your app."""

    sound: String | None = None
    """The name of a sound in your app, or `default`."""

    tag: String | None = None
    """A notification takes the place of the one with the same tag."""

    color: String | None = None
    """The colour of the icon, such as `#0a84ff`."""

    click_action: String | None = None
    """What a tap starts."""

    title_loc_key: String | None = None
    """The key of the title among the translations in your app."""

    title_loc_arg: String | None = None
    """What is put into the translated title."""

    body_loc_key: String | None = None
    """The key of the text among the translations in your app."""

    body_loc_arg: String | None = None
    """What is put into the translated text."""


class SMSRequest(TransactionalMessage):
    """A text message to one person, from a template."""

    to: MessageNumber
    """The phone number, in E.164 form such as `+14155552671`, or Liquid that gives it."""

    from_: Annotated[
        String | None,
        Field(serialization_alias="from", validation_alias=AliasChoices("from", "from_")),
    ] = None
    """The phone number or sender id that it comes from, in place of the template's."""

    send_to_unsubscribed: bool | None = None
    """Whether people who unsubscribed get the message too."""


class WhatsAppRequest(TransactionalMessage):
    """A WhatsApp message to one person, from a template that WhatsApp has approved."""

    to: MessageNumber
    """The phone number, in E.164 form such as `+14155552671`, or Liquid that gives it."""

    send_to_unsubscribed: bool | None = None
    """Whether people who unsubscribed get the message too."""


class InboxMessageRequest(TransactionalMessage):
    """A message to the inbox that your app shows to one person, from a template."""


class InAppRequest(TransactionalMessage):
    """A message that your app shows to one person, from a template."""


class TransactionalResponse(ResponseModel):
    """What a message that was accepted for sending is known by."""

    delivery_id: str
    """The id of this delivery, in reports and webhooks."""

    queued_at: Timestamp
    """When the message was queued."""


class EmailResponse(TransactionalResponse):
    """What an email that was accepted for sending is known by."""


class BroadcastRecipient(RuledRequestModel):
    """A person whom a broadcast is sent to, by `id` or `email`, with values of their own."""

    model_config = ConfigDict(
        json_schema_extra={
            "at-most-one": ["id", "email"],
            "anyOf": [{"required": ["id"]}, {"required": ["email"]}],
        },
    )
    id: CustomerId | None = None
    """The id that your app gave the person."""

    email: PersonEmail | None = None
    """The email address, which nobody else has."""

    data: JSONObject | None = None
    """The values that the broadcast refers to."""


class SegmentFilter(RequestModel):
    """Which segment it is."""

    id: Annotated[int, Field(ge=1)]
    """The number that Customer.io gave to the segment."""


class AttributeEquals(RequestModel):
    """That an attribute has a value."""

    operator: Literal["eq"] = "eq"
    """Says that the value is compared."""

    field: AttributeName
    """The name of the attribute."""

    value: AttributeValue
    """The value."""


class AttributeExists(RequestModel):
    """That there is an attribute, whatever its value."""

    operator: Literal["exists"] = "exists"
    """Says that it only has to be there."""

    field: AttributeName
    """The name of the attribute."""


class BroadcastTrigger(ResponseModel):
    """What one sending of a broadcast is known by."""

    id: int
    """The number of this sending, for its status and its errors."""


class BroadcastStatus(BroadcastStatusBase):
    """How far one sending of a broadcast is."""

    id: int
    """The number of this sending."""

    broadcast_id: int | None = None
    """The number of the broadcast."""

    created_at: Timestamp | None = None
    """When it was triggered."""

    processed_at: Timestamp | None = None
    """When Customer.io had worked it off; nothing before."""


class BroadcastErrors(ResponseModel):
    """A page of what went wrong in one sending of a broadcast."""

    errors: list[str] | None = None
    """What went wrong, a line each."""

    next: str | None = None
    """Where the next page starts; nothing, or 0, on the last one."""


class CollectionItems(RequestModel):
    """The body that fills a collection with rows."""

    name: CollectionName
    """The name by which messages refer to the collection."""

    data: CollectionRows
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


class SDKPayload(OpenRequestModel):
    """What Customer.io's SDK in your app reads."""

    push: SDKPush
    """The notification."""


class Aps(OpenRequestModel):
    """The dictionary that Apple's push service reads."""

    alert: Alert | String | None = None
    """What is shown, as one text or in parts."""

    badge: int | None = None
    """The number on the app's icon; 0 removes it."""

    sound: CriticalSound | String | None = None
    """The name of a sound, or a critical one."""

    thread_id: Annotated[
        String | None,
        Field(
            serialization_alias="thread-id",
            validation_alias=AliasChoices("thread-id", "thread_id"),
        ),
    ] = None
    """Notifications with the same id are shown as a group."""

    category: String | None = None
    """The type of the notification, which decides the actions it offers."""

    content_available: Annotated[
        int | None,
        Field(
            serialization_alias="content-available",
            validation_alias=AliasChoices("content-available", "content_available"),
        ),
    ] = None
    """1 wakes the app up in the background."""

    mutable_content: Annotated[
        int | None,
        Field(
            serialization_alias="mutable-content",
            validation_alias=AliasChoices("mutable-content", "mutable_content"),
        ),
    ] = None
    """1 lets the app change the notification before it is shown."""

    target_content_id: Annotated[
        String | None,
        Field(
            serialization_alias="target-content-id",
            validation_alias=AliasChoices("target-content-id", "target_content_id"),
        ),
    ] = None
    """The window that is brought to the front."""

    interruption_level: Annotated[
        InterruptionLevelLike | None,
        Field(
            serialization_alias="interruption-level",
            validation_alias=AliasChoices("interruption-level", "interruption_level"),
        ),
    ] = None
    """How much the notification may interrupt."""

    relevance_score: Annotated[
        float | None,
        Field(
            ge=0.0,
            le=1.0,
            serialization_alias="relevance-score",
            validation_alias=AliasChoices("relevance-score", "relevance_score"),
        ),
    ] = None
    """From 0 to 1, by which a summary of notifications is sorted."""


class AndroidOptions(OpenRequestModel):
    """What holds on Android only."""

    notification: AndroidNotification | None = None
    """How the notification looks and sounds."""


class Audience(RuledRequestModel):
    """A filter that finds people, by a segment, an attribute, or a combination of such filters."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "maxProperties": 1},
    )
    segment: SegmentFilter | None = None
    """The people in a segment."""

    attribute: Annotated[AttributeEquals | AttributeExists | None, Field(discriminator="operator")] = None
    """The people who have an attribute, or one with a certain value."""

    and_: Annotated[
        list[Audience] | None,
        Field(
            min_length=1,
            serialization_alias="and",
            validation_alias=AliasChoices("and", "and_"),
        ),
    ] = None
    """The people whom all of these find."""

    or_: Annotated[
        list[Audience] | None,
        Field(
            min_length=1,
            serialization_alias="or",
            validation_alias=AliasChoices("or", "or_"),
        ),
    ] = None
    """The people whom at least one of these finds."""

    not_: Annotated[
        Audience | None,
        Field(serialization_alias="not", validation_alias=AliasChoices("not", "not_")),
    ] = None
    """The people whom this does not find."""


class ApplePayload(OpenRequestModel):
    """A payload as Apple's push service takes it. Names of your own may stand beside these."""

    aps: Aps | None = None
    """What Apple's push service reads."""

    CIO: SDKPayload | None = None
    """What Customer.io's SDK in your app reads."""


class FirebaseApple(OpenRequestModel):
    """What Firebase passes on to Apple's push service."""

    headers: dict[str, String] | None = None
    """Headers for Apple's push service, such as `apns-priority`."""

    payload: ApplePayload
    """The payload."""


class AndroidMessage(OpenRequestModel):
    """A message to Android through Firebase."""

    notification: AndroidText | None = None
    """What is shown."""

    data: dict[str, String] | None = None
    """What your app receives, as names and strings."""

    android: AndroidOptions | None = None
    """What holds on Android only."""


class BroadcastRequest(RuledRequestModel):
    """The body that sends a broadcast, to the audience that is set in Customer.io unless it names another."""

    model_config = ConfigDict(
        json_schema_extra={"at-most-one": ["recipients", "emails", "ids", "per_user_data", "data_file_url"]},
    )
    data: JSONObject | None = None
    """The values that the broadcast refers to."""

    recipients: Audience | None = None
    """The people whom a filter finds; `cio_sdk.audience` has words to write one."""

    emails: Annotated[list[PersonEmail] | None, Field(min_length=1)] = None
    """The people, by their email addresses. They must exist."""

    ids: Annotated[list[CustomerId] | None, Field(max_length=10000, min_length=1)] = None
    """The people, by their ids, up to 10,000. They must exist."""

    per_user_data: Annotated[list[BroadcastRecipient] | None, Field(max_length=10000, min_length=1)] = None
    """The people, up to 10,000, each with values of their own. They must exist."""

    data_file_url: WebURL | None = None
    """The address of a file with one JSON object a line, each with the `id` or `email` of a person and `data`. They must exist."""

    id_ignore_missing: bool | None = None
    """Whether people without an id, and ids that nobody has, are passed over; else one stops the broadcast."""

    email_ignore_missing: bool | None = None
    """Whether people without an address, and addresses that nobody has, are passed over; else one stops the broadcast."""

    email_add_duplicates: bool | None = None
    """Whether an address that several people have is sent to each; else one stops the broadcast."""


class FirebaseAppleMessage(OpenRequestModel):
    """A message to iOS through Firebase."""

    apns: FirebaseApple
    """What Firebase passes on to Apple's push service."""


class AndroidPayload(OpenRequestModel):
    """A payload for Android, as Firebase takes it."""

    message: AndroidMessage
    """The message."""


class IOSPayload(ApplePayload):
    """A payload for iOS, `aps` and `CIO` where your app uses Apple's push service (APNs), or a `message` where it uses Firebase (FCM)."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["aps"]}, {"required": ["CIO"]}, {"required": ["message"]}]},
    )
    message: FirebaseAppleMessage | None = None
    """The message, as Firebase takes it."""


class PushPayload(RuledRequestModel):
    """The payload of a push, for iOS, for Android, or for both."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["ios"]}, {"required": ["android"]}]},
    )
    ios: IOSPayload | None = None
    """The payload for iOS devices."""

    android: AndroidPayload | None = None
    """The payload for Android devices, as Firebase takes it."""


class PushRequest(TransactionalMessage):
    """A push notification to the devices of one person, from a template. What is set here overrides the template."""

    to: DeviceId | None = None
    """The devices, `all` of the person's, the one `last_used`, or one by its token; all by default."""

    title: String | None = None
    """The title."""

    message: String | None = None
    """The text."""

    image_url: String | None = None
    """The address of an image to show."""

    link: String | None = None
    """The address, or deep link, that a tap leads to."""

    sound: PushSoundLike | None = None
    """On iOS, the `default` sound or `none`."""

    custom_data: dict[str, String] | None = None
    """What your app receives beside the notification, as names and strings."""

    custom_device: PushDevice | None = None
    """A device of the person, which is added or updated before the push is sent."""

    custom_payload: PushPayload | None = None
    """The payload as the push service gets it, in place of everything above."""

    send_to_unsubscribed: bool | None = None
    """Whether people who unsubscribed get the push too."""


Audience.model_rebuild()
