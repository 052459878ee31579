# Generated from openapi/webhooks.yaml by `make generate`. Do not edit.

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import ConfigDict, StrictBool, StrictInt

from cio_sdk._base import EventModel
from cio_sdk.models.common import Timestamp


class Report(EventModel):
    """What every event says."""

    event_id: str
    """The id of the event, the same in each repetition of it."""

    timestamp: Timestamp
    """When it happened."""


class UnknownEvent(Report):
    """An event of a kind that is not known here, or whose data is not what is known of its kind."""

    object_type: str
    """What it is about, such as `email`."""

    metric: str
    """What happened, such as `delivered`."""

    data: dict[str, Any]
    """The data as it came."""


class WebhookIdentifiers(EventModel):
    """The person whom an event is about, by every id that the workspace knows."""

    id: str | None = None
    """The id that your app gave."""

    email: str | None = None
    """The email address."""

    cio_id: str | None = None
    """The id that Customer.io gave."""


class DeliveryData(EventModel):
    """Which delivery an event is about, to whom, and what it came from."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    delivery_id: str | None = None
    """The id of the delivery, as sending it returned it."""

    identifiers: WebhookIdentifiers | None = None
    """The person."""

    customer_id: str | None = None
    """An id of the person; `identifiers` says more."""

    action_id: StrictInt | None = None
    """The action of the campaign or broadcast."""

    parent_action_id: StrictInt | None = None
    """The action around it, such as a randomized split."""

    broadcast_id: StrictInt | None = None
    """The broadcast."""

    trigger_id: StrictInt | None = None
    """The run of the broadcast."""

    campaign_id: StrictInt | None = None
    """The campaign."""

    journey_id: str | None = None
    """The person's way through the campaign or broadcast."""

    trigger_event_id: str | None = None
    """The event that set off the campaign."""

    newsletter_id: StrictInt | None = None
    """The newsletter."""

    content_id: StrictInt | None = None
    """The variant of the newsletter."""

    transactional_message_id: StrictInt | str | None = None
    """The transactional message, by its number or its trigger name."""


class CustomerData(DeliveryData):
    """What is known of a change to a subscription."""

    email_address: str | None = None
    """The email address of the person."""

    content: str | None = None
    """The preferences that changed, as JSON, where the webhook includes content."""


class MessageData(DeliveryData):
    """What is known of a message."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    content: str | None = None
    """What was sent, on `sent`, where the webhook includes content."""

    failure_message: str | None = None
    """Why it failed."""

    href: str | None = None
    """The link, on `clicked`."""

    link_id: StrictInt | None = None
    """The number of the link, on `clicked`."""


class EmailData(MessageData):
    """What is known of an email."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    recipient: str | None = None
    """The address that it went to."""

    email_address: str | None = None
    """The email address of the person, on `unsubscribed`."""

    subject: str | None = None
    """The subject line."""

    headers: dict[str, list[str]] | None = None
    """The additional headers by name, on `sent`, where the webhook includes content."""

    proxied: StrictBool | None = None
    """Whether a proxy fetched it, which hides who opened it."""

    prefetched: StrictBool | None = None
    """Whether a machine opened it."""

    synthetic: StrictBool | None = None
    """Whether nobody saw it opened, and a click told it."""

    machine: StrictBool | None = None
    """Whether a machine clicked."""


class PushRecipient(EventModel):
    """A device that a push notification went to."""

    device_id: str | None = None
    """The token of the device."""

    device_platform: str | None = None
    """The push service, `ios` or `android`."""

    failure_message: str | None = None
    """Why it failed on this device."""


class PhoneData(MessageData):
    """What is known of an SMS or a WhatsApp message."""

    recipient: str | None = None
    """The phone number of the person, also on `replied`."""

    to: str | None = None
    """The number of yours that was answered, on `replied`."""

    inbound_event_id: str | None = None
    """The id of the answer, on `replied`."""


class InAppData(MessageData):
    """What is known of an in-app message."""

    recipient: str | None = None
    """The person, by the id or email address that the app uses."""

    tracked_response: str | None = None
    """The name of the action that was clicked, on `clicked`."""


class SlackData(MessageData):
    """What is known of a Slack message."""

    recipient: str | None = None
    """The channel or person that it went to."""


class WebhookData(MessageData):
    """What is known of a webhook."""

    recipient: str | None = None
    """The URL that it went to."""


class CustomerReport(Report):
    """What became of a person's subscription, set off by a message where `object_type` names its channel."""

    object_type: (
        Literal[
            "customer",
            "email",
            "push",
            "sms",
            "whatsapp",
            "in_app",
            "slack",
            "webhook",
        ]
        | None
    ) = "customer"
    """The channel whose message set it off; `customer` where none did, or where that is not known."""

    data: CustomerData
    """What is known of it."""


class EmailReport(Report):
    """What became of an email."""

    object_type: Literal["email"] = "email"
    """That it is about an email."""

    data: EmailData
    """What is known of it."""


class SmsReport(Report):
    """What became of an SMS."""

    object_type: Literal["sms"] = "sms"
    """That it is about an SMS."""

    data: PhoneData
    """What is known of it."""


class WhatsAppReport(Report):
    """What became of a WhatsApp message; one that went through Twilio is reported as an SMS."""

    object_type: Literal["whatsapp"] = "whatsapp"
    """That it is about a WhatsApp message."""

    data: PhoneData
    """What is known of it."""


class InAppReport(Report):
    """What became of an in-app message."""

    object_type: Literal["in_app"] = "in_app"
    """That it is about an in-app message."""

    data: InAppData
    """What is known of it."""


class SlackReport(Report):
    """What became of a Slack message."""

    object_type: Literal["slack"] = "slack"
    """That it is about a Slack message."""

    data: SlackData
    """What is known of it."""


class WebhookReport(Report):
    """What became of a webhook that a campaign or broadcast sends."""

    object_type: Literal["webhook"] = "webhook"
    """That it is about a webhook."""

    data: WebhookData
    """What is known of it."""


class PushData(MessageData):
    """What is known of a push notification."""

    recipients: list[PushRecipient] | None = None
    """The devices."""


class CustomerSubscribed(CustomerReport):
    """A person subscribed."""

    metric: Literal["subscribed"] = "subscribed"
    """What happened."""


class CustomerUnsubscribed(CustomerReport):
    """A person unsubscribed."""

    metric: Literal["unsubscribed"] = "unsubscribed"
    """What happened."""


class CustomerSubscriptionPreferencesChanged(CustomerReport):
    """A person changed which topics or channels they subscribe to."""

    metric: Literal["cio_subscription_preferences_changed"] = "cio_subscription_preferences_changed"
    """What happened."""


class EmailDrafted(EmailReport):
    """A draft of an email was made."""

    metric: Literal["drafted"] = "drafted"
    """What happened."""


class EmailAttempted(EmailReport):
    """An email could not be handed to the provider, and is tried again."""

    metric: Literal["attempted"] = "attempted"
    """What happened."""


class EmailSent(EmailReport):
    """An email was handed to the provider."""

    metric: Literal["sent"] = "sent"
    """What happened."""


class EmailDelivered(EmailReport):
    """An email reached the recipient's mail server."""

    metric: Literal["delivered"] = "delivered"
    """What happened."""


class EmailOpened(EmailReport):
    """An email was opened, by a person or a machine."""

    metric: Literal["opened"] = "opened"
    """What happened."""


class EmailClicked(EmailReport):
    """A link in an email was followed, by a person or a machine."""

    metric: Literal["clicked"] = "clicked"
    """What happened."""


class EmailConverted(EmailReport):
    """A person did what an email was to bring about."""

    metric: Literal["converted"] = "converted"
    """What happened."""


class EmailUnsubscribed(EmailReport):
    """A person unsubscribed through an email."""

    metric: Literal["unsubscribed"] = "unsubscribed"
    """What happened."""


class EmailBounced(EmailReport):
    """The provider could not deliver an email."""

    metric: Literal["bounced"] = "bounced"
    """What happened."""


class EmailDropped(EmailReport):
    """An email was not sent, because its recipient is suppressed."""

    metric: Literal["dropped"] = "dropped"
    """What happened."""


class EmailSpammed(EmailReport):
    """A recipient marked an email as spam."""

    metric: Literal["spammed"] = "spammed"
    """What happened."""


class EmailFailed(EmailReport):
    """An email could not be sent, and is not tried again."""

    metric: Literal["failed"] = "failed"
    """What happened."""


class EmailUndeliverable(EmailReport):
    """An email was held back, by a message limit for example."""

    metric: Literal["undeliverable"] = "undeliverable"
    """What happened."""


class SmsDrafted(SmsReport):
    """A draft of an SMS was made."""

    metric: Literal["drafted"] = "drafted"
    """What happened."""


class SmsAttempted(SmsReport):
    """An SMS could not be handed to the provider, and is tried again."""

    metric: Literal["attempted"] = "attempted"
    """What happened."""


class SmsSent(SmsReport):
    """An SMS was handed to the provider."""

    metric: Literal["sent"] = "sent"
    """What happened."""


class SmsDelivered(SmsReport):
    """An SMS was delivered."""

    metric: Literal["delivered"] = "delivered"
    """What happened."""


class SmsClicked(SmsReport):
    """A link in an SMS was followed."""

    metric: Literal["clicked"] = "clicked"
    """What happened."""


class SmsConverted(SmsReport):
    """A person did what an SMS was to bring about."""

    metric: Literal["converted"] = "converted"
    """What happened."""


class SmsBounced(SmsReport):
    """The provider could not deliver an SMS."""

    metric: Literal["bounced"] = "bounced"
    """What happened."""


class SmsFailed(SmsReport):
    """An SMS could not be sent, and is not tried again."""

    metric: Literal["failed"] = "failed"
    """What happened."""


class SmsUndeliverable(SmsReport):
    """An SMS was held back, by a message limit for example."""

    metric: Literal["undeliverable"] = "undeliverable"
    """What happened."""


class SmsReplied(SmsReport):
    """A person answered an SMS."""

    metric: Literal["replied"] = "replied"
    """What happened."""


class WhatsAppDrafted(WhatsAppReport):
    """A draft of a WhatsApp message was made."""

    metric: Literal["drafted"] = "drafted"
    """What happened."""


class WhatsAppAttempted(WhatsAppReport):
    """A WhatsApp message could not be handed over, and is tried again."""

    metric: Literal["attempted"] = "attempted"
    """What happened."""


class WhatsAppSent(WhatsAppReport):
    """A WhatsApp message was handed over."""

    metric: Literal["sent"] = "sent"
    """What happened."""


class WhatsAppDelivered(WhatsAppReport):
    """A WhatsApp message was delivered."""

    metric: Literal["delivered"] = "delivered"
    """What happened."""


class WhatsAppOpened(WhatsAppReport):
    """A WhatsApp message was read."""

    metric: Literal["opened"] = "opened"
    """What happened."""


class WhatsAppClicked(WhatsAppReport):
    """A link in a WhatsApp message was followed."""

    metric: Literal["clicked"] = "clicked"
    """What happened."""


class WhatsAppConverted(WhatsAppReport):
    """A person did what a WhatsApp message was to bring about."""

    metric: Literal["converted"] = "converted"
    """What happened."""


class WhatsAppBounced(WhatsAppReport):
    """A WhatsApp message could not be delivered."""

    metric: Literal["bounced"] = "bounced"
    """What happened."""


class WhatsAppDropped(WhatsAppReport):
    """A WhatsApp message was not sent, because its recipient is suppressed."""

    metric: Literal["dropped"] = "dropped"
    """What happened."""


class WhatsAppFailed(WhatsAppReport):
    """A WhatsApp message could not be sent, and is not tried again."""

    metric: Literal["failed"] = "failed"
    """What happened."""


class WhatsAppUndeliverable(WhatsAppReport):
    """A WhatsApp message was held back, by a message limit for example."""

    metric: Literal["undeliverable"] = "undeliverable"
    """What happened."""


class WhatsAppReplied(WhatsAppReport):
    """A person answered a WhatsApp message."""

    metric: Literal["replied"] = "replied"
    """What happened."""


class InAppDrafted(InAppReport):
    """A draft of an in-app message was made."""

    metric: Literal["drafted"] = "drafted"
    """What happened."""


class InAppAttempted(InAppReport):
    """An in-app message could not be handed over, and is tried again."""

    metric: Literal["attempted"] = "attempted"
    """What happened."""


class InAppSent(InAppReport):
    """An in-app message waits for the person to open the app."""

    metric: Literal["sent"] = "sent"
    """What happened."""


class InAppOpened(InAppReport):
    """An in-app message was shown."""

    metric: Literal["opened"] = "opened"
    """What happened."""


class InAppClicked(InAppReport):
    """A part of an in-app message was clicked or tapped."""

    metric: Literal["clicked"] = "clicked"
    """What happened."""


class InAppConverted(InAppReport):
    """A person did what an in-app message was to bring about."""

    metric: Literal["converted"] = "converted"
    """What happened."""


class InAppFailed(InAppReport):
    """An in-app message could not be sent, and is not tried again."""

    metric: Literal["failed"] = "failed"
    """What happened."""


class InAppUndeliverable(InAppReport):
    """An in-app message was held back, by a message limit for example."""

    metric: Literal["undeliverable"] = "undeliverable"
    """What happened."""


class SlackDrafted(SlackReport):
    """A draft of a Slack message was made."""

    metric: Literal["drafted"] = "drafted"
    """What happened."""


class SlackAttempted(SlackReport):
    """A Slack message could not be sent, and is tried again."""

    metric: Literal["attempted"] = "attempted"
    """What happened."""


class SlackSent(SlackReport):
    """A Slack message was sent."""

    metric: Literal["sent"] = "sent"
    """What happened."""


class SlackClicked(SlackReport):
    """A link in a Slack message was followed."""

    metric: Literal["clicked"] = "clicked"
    """What happened."""


class SlackFailed(SlackReport):
    """A Slack message could not be sent, and is not tried again."""

    metric: Literal["failed"] = "failed"
    """What happened."""


class SlackUndeliverable(SlackReport):
    """A Slack message was held back, by a message limit for example."""

    metric: Literal["undeliverable"] = "undeliverable"
    """What happened."""


class WebhookDrafted(WebhookReport):
    """A draft of a webhook was made."""

    metric: Literal["drafted"] = "drafted"
    """What happened."""


class WebhookAttempted(WebhookReport):
    """A webhook could not be sent, and is tried again."""

    metric: Literal["attempted"] = "attempted"
    """What happened."""


class WebhookSent(WebhookReport):
    """A webhook was sent."""

    metric: Literal["sent"] = "sent"
    """What happened."""


class WebhookClicked(WebhookReport):
    """A link in a webhook was followed."""

    metric: Literal["clicked"] = "clicked"
    """What happened."""


class WebhookFailed(WebhookReport):
    """A webhook could not be sent, and is not tried again."""

    metric: Literal["failed"] = "failed"
    """What happened."""


class WebhookUndeliverable(WebhookReport):
    """A webhook was held back, by a message limit for example."""

    metric: Literal["undeliverable"] = "undeliverable"
    """What happened."""


class PushReport(Report):
    """What became of a push notification."""

    object_type: Literal["push"] = "push"
    """That it is about a push notification."""

    data: PushData
    """What is known of it."""


class PushDrafted(PushReport):
    """A draft of a push notification was made."""

    metric: Literal["drafted"] = "drafted"
    """What happened."""


class PushAttempted(PushReport):
    """A push notification could not be handed over, and is tried again."""

    metric: Literal["attempted"] = "attempted"
    """What happened."""


class PushSent(PushReport):
    """A push notification was handed to the push service."""

    metric: Literal["sent"] = "sent"
    """What happened."""


class PushDelivered(PushReport):
    """A push notification reached a device."""

    metric: Literal["delivered"] = "delivered"
    """What happened."""


class PushOpened(PushReport):
    """A push notification was opened."""

    metric: Literal["opened"] = "opened"
    """What happened."""


class PushClicked(PushReport):
    """A link in a push notification was followed."""

    metric: Literal["clicked"] = "clicked"
    """What happened."""


class PushConverted(PushReport):
    """A person did what a push notification was to bring about."""

    metric: Literal["converted"] = "converted"
    """What happened."""


class PushBounced(PushReport):
    """The push service refused a push notification, for a device at least."""

    metric: Literal["bounced"] = "bounced"
    """What happened."""


class PushDropped(PushReport):
    """A push notification was not sent, because its device is suppressed."""

    metric: Literal["dropped"] = "dropped"
    """What happened."""


class PushFailed(PushReport):
    """A push notification could not be sent, and is not tried again."""

    metric: Literal["failed"] = "failed"
    """What happened."""


class PushUndeliverable(PushReport):
    """A push notification was held back, by a message limit for example."""

    metric: Literal["undeliverable"] = "undeliverable"
    """What happened."""


WebhookEvent: TypeAlias = (
    CustomerSubscribed
    | CustomerUnsubscribed
    | CustomerSubscriptionPreferencesChanged
    | EmailDrafted
    | EmailAttempted
    | EmailSent
    | EmailDelivered
    | EmailOpened
    | EmailClicked
    | EmailConverted
    | EmailUnsubscribed
    | EmailBounced
    | EmailDropped
    | EmailSpammed
    | EmailFailed
    | EmailUndeliverable
    | PushDrafted
    | PushAttempted
    | PushSent
    | PushDelivered
    | PushOpened
    | PushClicked
    | PushConverted
    | PushBounced
    | PushDropped
    | PushFailed
    | PushUndeliverable
    | SmsDrafted
    | SmsAttempted
    | SmsSent
    | SmsDelivered
    | SmsClicked
    | SmsConverted
    | SmsBounced
    | SmsFailed
    | SmsUndeliverable
    | SmsReplied
    | WhatsAppDrafted
    | WhatsAppAttempted
    | WhatsAppSent
    | WhatsAppDelivered
    | WhatsAppOpened
    | WhatsAppClicked
    | WhatsAppConverted
    | WhatsAppBounced
    | WhatsAppDropped
    | WhatsAppFailed
    | WhatsAppUndeliverable
    | WhatsAppReplied
    | InAppDrafted
    | InAppAttempted
    | InAppSent
    | InAppOpened
    | InAppClicked
    | InAppConverted
    | InAppFailed
    | InAppUndeliverable
    | SlackDrafted
    | SlackAttempted
    | SlackSent
    | SlackClicked
    | SlackFailed
    | SlackUndeliverable
    | WebhookDrafted
    | WebhookAttempted
    | WebhookSent
    | WebhookClicked
    | WebhookFailed
    | WebhookUndeliverable
    | UnknownEvent
)
"""What Customer.io reports, an event of one of the kinds that are known, or an `UnknownEvent`."""

EVENTS: dict[tuple[str, str], type[WebhookEvent]] = {
    ("customer", "subscribed"): CustomerSubscribed,
    ("email", "subscribed"): CustomerSubscribed,
    ("push", "subscribed"): CustomerSubscribed,
    ("sms", "subscribed"): CustomerSubscribed,
    ("whatsapp", "subscribed"): CustomerSubscribed,
    ("in_app", "subscribed"): CustomerSubscribed,
    ("slack", "subscribed"): CustomerSubscribed,
    ("webhook", "subscribed"): CustomerSubscribed,
    ("customer", "unsubscribed"): CustomerUnsubscribed,
    ("email", "unsubscribed"): EmailUnsubscribed,
    ("push", "unsubscribed"): CustomerUnsubscribed,
    ("sms", "unsubscribed"): CustomerUnsubscribed,
    ("whatsapp", "unsubscribed"): CustomerUnsubscribed,
    ("in_app", "unsubscribed"): CustomerUnsubscribed,
    ("slack", "unsubscribed"): CustomerUnsubscribed,
    ("webhook", "unsubscribed"): CustomerUnsubscribed,
    ("customer", "cio_subscription_preferences_changed"): CustomerSubscriptionPreferencesChanged,
    ("email", "cio_subscription_preferences_changed"): CustomerSubscriptionPreferencesChanged,
    ("push", "cio_subscription_preferences_changed"): CustomerSubscriptionPreferencesChanged,
    ("sms", "cio_subscription_preferences_changed"): CustomerSubscriptionPreferencesChanged,
    ("whatsapp", "cio_subscription_preferences_changed"): CustomerSubscriptionPreferencesChanged,
    ("in_app", "cio_subscription_preferences_changed"): CustomerSubscriptionPreferencesChanged,
    ("slack", "cio_subscription_preferences_changed"): CustomerSubscriptionPreferencesChanged,
    ("webhook", "cio_subscription_preferences_changed"): CustomerSubscriptionPreferencesChanged,
    ("email", "drafted"): EmailDrafted,
    ("email", "attempted"): EmailAttempted,
    ("email", "sent"): EmailSent,
    ("email", "delivered"): EmailDelivered,
    ("email", "opened"): EmailOpened,
    ("email", "clicked"): EmailClicked,
    ("email", "converted"): EmailConverted,
    ("email", "bounced"): EmailBounced,
    ("email", "dropped"): EmailDropped,
    ("email", "spammed"): EmailSpammed,
    ("email", "failed"): EmailFailed,
    ("email", "undeliverable"): EmailUndeliverable,
    ("push", "drafted"): PushDrafted,
    ("push", "attempted"): PushAttempted,
    ("push", "sent"): PushSent,
    ("push", "delivered"): PushDelivered,
    ("push", "opened"): PushOpened,
    ("push", "clicked"): PushClicked,
    ("push", "converted"): PushConverted,
    ("push", "bounced"): PushBounced,
    ("push", "dropped"): PushDropped,
    ("push", "failed"): PushFailed,
    ("push", "undeliverable"): PushUndeliverable,
    ("sms", "drafted"): SmsDrafted,
    ("sms", "attempted"): SmsAttempted,
    ("sms", "sent"): SmsSent,
    ("sms", "delivered"): SmsDelivered,
    ("sms", "clicked"): SmsClicked,
    ("sms", "converted"): SmsConverted,
    ("sms", "bounced"): SmsBounced,
    ("sms", "failed"): SmsFailed,
    ("sms", "undeliverable"): SmsUndeliverable,
    ("sms", "replied"): SmsReplied,
    ("whatsapp", "drafted"): WhatsAppDrafted,
    ("whatsapp", "attempted"): WhatsAppAttempted,
    ("whatsapp", "sent"): WhatsAppSent,
    ("whatsapp", "delivered"): WhatsAppDelivered,
    ("whatsapp", "opened"): WhatsAppOpened,
    ("whatsapp", "clicked"): WhatsAppClicked,
    ("whatsapp", "converted"): WhatsAppConverted,
    ("whatsapp", "bounced"): WhatsAppBounced,
    ("whatsapp", "dropped"): WhatsAppDropped,
    ("whatsapp", "failed"): WhatsAppFailed,
    ("whatsapp", "undeliverable"): WhatsAppUndeliverable,
    ("whatsapp", "replied"): WhatsAppReplied,
    ("in_app", "drafted"): InAppDrafted,
    ("in_app", "attempted"): InAppAttempted,
    ("in_app", "sent"): InAppSent,
    ("in_app", "opened"): InAppOpened,
    ("in_app", "clicked"): InAppClicked,
    ("in_app", "converted"): InAppConverted,
    ("in_app", "failed"): InAppFailed,
    ("in_app", "undeliverable"): InAppUndeliverable,
    ("slack", "drafted"): SlackDrafted,
    ("slack", "attempted"): SlackAttempted,
    ("slack", "sent"): SlackSent,
    ("slack", "clicked"): SlackClicked,
    ("slack", "failed"): SlackFailed,
    ("slack", "undeliverable"): SlackUndeliverable,
    ("webhook", "drafted"): WebhookDrafted,
    ("webhook", "attempted"): WebhookAttempted,
    ("webhook", "sent"): WebhookSent,
    ("webhook", "clicked"): WebhookClicked,
    ("webhook", "failed"): WebhookFailed,
    ("webhook", "undeliverable"): WebhookUndeliverable,
}
"""The class of each kind of event that is known, by its `object_type` and `metric`."""

__all__ = [
    "CustomerData",
    "CustomerReport",
    "CustomerSubscribed",
    "CustomerSubscriptionPreferencesChanged",
    "CustomerUnsubscribed",
    "DeliveryData",
    "EmailAttempted",
    "EmailBounced",
    "EmailClicked",
    "EmailConverted",
    "EmailData",
    "EmailDelivered",
    "EmailDrafted",
    "EmailDropped",
    "EmailFailed",
    "EmailOpened",
    "EmailReport",
    "EmailSent",
    "EmailSpammed",
    "EmailUndeliverable",
    "EmailUnsubscribed",
    "InAppAttempted",
    "InAppClicked",
    "InAppConverted",
    "InAppData",
    "InAppDrafted",
    "InAppFailed",
    "InAppOpened",
    "InAppReport",
    "InAppSent",
    "InAppUndeliverable",
    "MessageData",
    "PhoneData",
    "PushAttempted",
    "PushBounced",
    "PushClicked",
    "PushConverted",
    "PushData",
    "PushDelivered",
    "PushDrafted",
    "PushDropped",
    "PushFailed",
    "PushOpened",
    "PushRecipient",
    "PushReport",
    "PushSent",
    "PushUndeliverable",
    "Report",
    "SlackAttempted",
    "SlackClicked",
    "SlackData",
    "SlackDrafted",
    "SlackFailed",
    "SlackReport",
    "SlackSent",
    "SlackUndeliverable",
    "SmsAttempted",
    "SmsBounced",
    "SmsClicked",
    "SmsConverted",
    "SmsDelivered",
    "SmsDrafted",
    "SmsFailed",
    "SmsReplied",
    "SmsReport",
    "SmsSent",
    "SmsUndeliverable",
    "UnknownEvent",
    "WebhookAttempted",
    "WebhookClicked",
    "WebhookData",
    "WebhookDrafted",
    "WebhookEvent",
    "WebhookFailed",
    "WebhookIdentifiers",
    "WebhookReport",
    "WebhookSent",
    "WebhookUndeliverable",
    "WhatsAppAttempted",
    "WhatsAppBounced",
    "WhatsAppClicked",
    "WhatsAppConverted",
    "WhatsAppDelivered",
    "WhatsAppDrafted",
    "WhatsAppDropped",
    "WhatsAppFailed",
    "WhatsAppOpened",
    "WhatsAppReplied",
    "WhatsAppReport",
    "WhatsAppSent",
    "WhatsAppUndeliverable",
]
