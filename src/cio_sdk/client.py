# Generated from src/cio_sdk/async_client.py by `make generate`. Do not edit.
"""The client for a synchronous program."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Never, Self, TypeVar, Unpack

from cio_sdk import _broadcasts, operations
from cio_sdk._transport import Sender
from cio_sdk.options import ClientOptions, Region, RegionLike, RetryPolicy, Settings, environment

if TYPE_CHECKING:
    from types import TracebackType

    import httpx

    from cio_sdk._batch_drivers import Batching, Operations
    from cio_sdk._operation import Operation
    from cio_sdk.batch import BatchReport, BatchResult
    from cio_sdk.models import (
        Attributes,
        Audience,
        BroadcastErrors,
        BroadcastId,
        BroadcastRecipient,
        BroadcastStatus,
        BroadcastTrigger,
        Collection,
        CollectionId,
        CollectionRows,
        CustomerId,
        Device,
        DeviceId,
        EmailRequest,
        EmailResponse,
        EntityOperation,
        EventData,
        EventTypeLike,
        FormData,
        FormId,
        IdTypeLike,
        InAppRequest,
        InboxMessageRequest,
        JSONObject,
        MetricLike,
        PageToken,
        PersonEmail,
        PersonIdentifiers,
        PushEventLike,
        PushRequest,
        RegionInfo,
        SegmentId,
        SMSRequest,
        TransactionalResponse,
        TriggerId,
        WebURL,
        WhatsAppRequest,
    )
    from cio_sdk.response import StandardResponse

T = TypeVar("T")


class Client:
    """A client of Customer.io for a synchronous program.

    One client is meant to be shared: it keeps connections open, and is safe to use between threads.
    Close it with `close()`, or use it in `with`.

    Every method validates its arguments and raises `ParamError` before anything is sent. A refusal by
    Customer.io raises an `APIError`, an answer that cannot be understood a `ResponseError`, and no answer at
    all a `TransportError`, whose `maybe_delivered` says whether the request may have got through. All of them
    are `CustomerIOError`.
    """

    def __init__(
        self,
        site_id: str | None = None,
        tracking_api_key: str | None = None,
        app_api_key: str | None = None,
        *,
        region: RegionLike = Region.US,
        timeout: float = 20.0,
        max_retries: int = 2,
        retry_policy: RetryPolicy | None = None,
        request_tracing: bool = False,
        user_agent: str | None = None,
        http_client: httpx.Client | None = None,
        track_url: str | None = None,
        app_url: str | None = None,
        insecure_hosts: Sequence[str] = (),
    ) -> None:
        """Make a client. No connection is opened before the first call.

        Args:
            site_id: The site id of the workspace, for people, devices and events (the Track API).
            tracking_api_key: The tracking API key that belongs to the site id.
            app_api_key: An app API key, for emails and collections (the App API).
            region: Where the workspace lives, `us` or `eu`.
            timeout: The most seconds that one call may take, its retries and waits included.
            max_retries: How many times a request is sent again after a transient failure, where that is safe.
            retry_policy: All about retries; it takes the place of `max_retries`, so give only one of the two.
            request_tracing: Whether to measure where the time of each call goes, for `StandardResponse.tracing`.
            user_agent: The `User-Agent` header, in place of the package's name and version.
            http_client: An HTTP client of your own, with its proxies, certificates and hooks. You close it.
            track_url: The URL of the Track API, in place of the region's; a sandbox or a proxy.
            app_url: The URL of the App API, in place of the region's; a sandbox or a proxy.
            insecure_hosts: Hosts that `track_url` and `app_url` may reach by plain http, such as a sandbox on
                another machine. This machine is always one of them.

        Raises:
            ParamError: There are no keys at all, or an option is not what it must be.
        """
        self._settings = Settings.of(
            site_id=site_id,
            tracking_api_key=tracking_api_key,
            app_api_key=app_api_key,
            region=region,
            timeout=timeout,
            max_retries=max_retries,
            retry_policy=retry_policy,
            request_tracing=request_tracing,
            user_agent=user_agent,
            track_url=track_url,
            app_url=app_url,
            insecure_hosts=insecure_hosts,
        )
        self._sender = Sender(http_client)

    @classmethod
    def from_env(cls, *, http_client: httpx.Client | None = None, **options: Unpack[ClientOptions]) -> Self:
        """Make a client from the environment; an option that is passed wins over its variable.

        Reads `CIO_SITE_ID`, `CIO_TRACKING_API_KEY`, `CIO_APP_API_KEY`, `CIO_REGION` (`us` or `eu`),
        `CIO_TRACK_URL`, `CIO_APP_URL` and `CIO_INSECURE_HOSTS` (with commas between them).

        Args:
            http_client: An HTTP client of your own; you close it.
            **options: Any other option of the client.

        Raises:
            ParamError: There are no keys at all, or an option is not what it must be.
        """
        return cls(http_client=http_client, **environment(options))

    @property
    def user_agent(self) -> str:
        """The `User-Agent` header that every request carries."""
        return self._settings.user_agent

    def with_options(
        self,
        *,
        timeout: float | None = None,
        retry_policy: RetryPolicy | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Return this client with other options, for one call or for many: `client.with_options(timeout=5)`.

        It shares the connections of this client, costs next to nothing, and need not be closed; closing either
        closes both.

        Args:
            timeout: The most seconds that one call may take, its retries and waits included.
            retry_policy: All about retries.
            headers: Headers to send as well, such as one that a proxy asks for.

        Raises:
            ParamError: An option is not what it must be, or a header is one that the client sets itself.
        """
        client = type(self).__new__(type(self))
        settings = self._settings.but(timeout=timeout, retry_policy=retry_policy, headers=headers)
        vars(client).update(vars(self), _settings=settings)
        return client

    def send(self, operation: Operation[T], *, wait: bool = False) -> T:
        """Send an operation that `cio_sdk.operations` made; the other methods do this for you.

        Args:
            operation: The request.
            wait: Whether to wait where the operation has a rate of its own and it is reached, as long as the
                timeout allows.

        Returns:
            What the operation returns.

        Raises:
            ParamError: The client does not have the keys for it.
            APIError: Customer.io refused it.
            ResponseError: It was accepted, and the answer is not what its description says.
            TransportError: No answer came.
        """
        return self._sender.run(operation, self._settings, wait=wait)

    def close(self) -> None:
        """Close the connections. A client that is closed cannot be used again."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> Never:
        raise TypeError(
            "a client holds keys and connections, and cannot be pickled or copied; make one where you need it"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._settings!r})"

    # --- Track API ---------------------------------------------------------------------------------------------------

    def test_auth(self) -> StandardResponse:
        """Test the Track keys: return if they are valid, raise if they are not.

        Returns:
            The bare response.

        Raises:
            AuthenticationError: The keys are wrong, or of the other region.

        `GET /api/v1/accounts/region` of the Track API.
        """
        return self.send(operations.test_auth())

    def find_region(self) -> RegionInfo:
        """Find the region of the workspace that the Track keys belong to.

        Returns:
            The workspace's number, its region, and the URL of its Track API.

        Raises:
            AuthenticationError: The keys are wrong.

        `GET /api/v1/accounts/region` of the Track API.
        """
        return self.send(operations.find_region())

    def update_customer(self, customer_id: CustomerId, attributes: Attributes | None = None) -> StandardResponse:
        """Add a person, or update the attributes of a known one. Also known as identify.

        Attributes that are not named stay as they are; one that is None is cleared.

        Args:
            customer_id: The person: an id, an email address where the workspace identifies people by email,
                or `cio_` and the id that Customer.io gave. Up to 150 bytes.
            attributes: A mapping, a pydantic model or a dataclass: up to 300 attributes, names of up to 150
                bytes, values of up to 1,000 bytes. Times are aware datetimes, and are sent in Unix seconds.

        Returns:
            The bare response.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `PUT /api/v1/customers/{customer_id}` of the Track API.
        """
        return self.send(operations.update_customer(customer_id, attributes))

    def delete_customer(self, customer_id: CustomerId) -> StandardResponse:
        """Delete a person and everything that is known of them. A later update makes the person anew.

        Args:
            customer_id: The person, as in `update_customer`.

        Returns:
            The bare response, also where there was no such person.

        Raises:
            ParamError: The id is not what it must be; nothing was sent.

        `DELETE /api/v1/customers/{customer_id}` of the Track API.
        """
        return self.send(operations.delete_customer(customer_id))

    def update_device(self, customer_id: CustomerId, device: Device) -> StandardResponse:
        """Add a device to a person, or update it. Also known as register a push token.

        Args:
            customer_id: The person, as in `update_customer`.
            device: The device: its token and platform, when it was last used, and its attributes.

        Returns:
            The bare response.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `PUT /api/v1/customers/{customer_id}/devices` of the Track API.
        """
        return self.send(operations.update_device(customer_id, device))

    def delete_device(self, customer_id: CustomerId, device_id: str) -> StandardResponse:
        """Remove a device from a person.

        Args:
            customer_id: The person, as in `update_customer`.
            device_id: The device's token.

        Returns:
            The bare response, also where there was no such device.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `DELETE /api/v1/customers/{customer_id}/devices/{device_id}` of the Track API.
        """
        return self.send(operations.delete_device(customer_id, device_id))

    def new_event(
        self,
        customer_id: CustomerId,
        name: str,
        data: EventData | None = None,
        *,
        timestamp: datetime | None = None,
        id: str | None = None,
        type: EventTypeLike | None = None,
    ) -> StandardResponse:
        """Record an event of a person. Also known as track.

        The event carries an id, so a retry never counts it twice.

        Args:
            customer_id: The person, as in `update_customer`.
            name: The name that campaigns and segments know the event by. Up to 100 bytes.
            data: What messages may refer to: a mapping, a pydantic model or a dataclass. Up to 100,000 bytes
                as JSON.
            timestamp: When it happened, with a timezone; now where it is left out.
            id: A ULID of your own; Customer.io ignores an event whose id it has already received. Made anew
                where it is left out.
            type: `event`, `page` or `screen`.

        Returns:
            The bare response.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /api/v1/customers/{customer_id}/events` of the Track API.
        """
        return self.send(operations.new_event(customer_id, name, data, timestamp=timestamp, id=id, type=type))

    def new_anonymous_event(
        self,
        name: str,
        data: EventData | None = None,
        *,
        anonymous_id: str | None = None,
        timestamp: datetime | None = None,
        id: str | None = None,
        type: EventTypeLike | None = None,
    ) -> StandardResponse:
        """Record an event of somebody who is not known yet. Also known as track anonymous.

        Args:
            name: The name that campaigns and segments know the event by. Up to 100 bytes.
            data: What messages may refer to, as in `new_event`.
            anonymous_id: Ties the event to the person who later gets the same `anonymous_id` as an attribute.
                Up to 150 bytes.
            timestamp: When it happened, with a timezone; now where it is left out.
            id: A ULID of your own, as in `new_event`.
            type: `event`, `page` or `screen`.

        Returns:
            The bare response.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /api/v1/events` of the Track API.
        """
        return self.send(
            operations.new_anonymous_event(name, data, anonymous_id=anonymous_id, timestamp=timestamp, id=id, type=type)
        )

    def suppress_customer(self, customer_id: CustomerId) -> StandardResponse:
        """Delete a person, and keep their identifiers from being added again. For someone who asks to be forgotten.

        Args:
            customer_id: The person, as in `update_customer`.

        Returns:
            The bare response.

        Raises:
            ParamError: The id is not what it must be; nothing was sent.

        `POST /api/v1/customers/{customer_id}/suppress` of the Track API.
        """
        return self.send(operations.suppress_customer(customer_id))

    def unsuppress_customer(self, customer_id: CustomerId) -> StandardResponse:
        """Let the identifiers of a suppressed person be added again. The person's history does not come back.

        Args:
            customer_id: The person, as in `update_customer`.

        Returns:
            The bare response.

        Raises:
            ParamError: The id is not what it must be; nothing was sent.

        `POST /api/v1/customers/{customer_id}/unsuppress` of the Track API.
        """
        return self.send(operations.unsuppress_customer(customer_id))

    def merge_customers(self, primary: PersonIdentifiers, secondary: PersonIdentifiers) -> StandardResponse:
        """Merge a person into another, and delete them. This cannot be undone.

        It is sent again only where nothing can have happened; see `RetryPolicy.resend`.

        Args:
            primary: The person who stays, by exactly one of `id`, `email` and `cio_id`. They must exist.
            secondary: The person who is merged into the other and deleted.

        Returns:
            The bare response.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /api/v1/merge_customers` of the Track API.
        """
        return self.send(operations.merge_customers(primary, secondary))

    def unsubscribe(self, delivery_id: str) -> StandardResponse:
        """Unsubscribe the person who received a delivery, and attribute that to the delivery.

        It needs no keys.

        Args:
            delivery_id: The delivery, such as the `delivery_id` in the link of your own unsubscribe page.

        Returns:
            The bare response.

        Raises:
            ParamError: The id is not what it must be; nothing was sent.

        `POST /unsubscribe/{delivery_id}` of the Track API.
        """
        return self.send(operations.unsubscribe(delivery_id))

    def submit_form(self, form_id: FormId, data: FormData) -> StandardResponse:
        """Submit a form that a person has filled in. A form that is not known yet is made.

        It is sent again only where nothing can have happened; see `RetryPolicy.resend`.

        Args:
            form_id: An id of yours for the form.
            data: The fields, names and values as strings, with exactly one of `id` and `email` among them.

        Returns:
            The bare response.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /api/v1/forms/{form_id}/submit` of the Track API.
        """
        return self.send(operations.submit_form(form_id, data))

    def report_metric(
        self,
        delivery_id: str,
        metric: MetricLike,
        *,
        timestamp: datetime | None = None,
        recipient: str | None = None,
        reason: str | None = None,
        href: str | None = None,
    ) -> StandardResponse:
        """Report what became of a delivery, where Customer.io cannot see it. It needs no keys.

        It is sent again only where nothing can have happened; see `RetryPolicy.resend`.

        Args:
            delivery_id: The delivery, as its `CIO-Delivery-ID` says.
            metric: What became of it, such as `opened`, `clicked` or `bounced`.
            timestamp: When it happened, with a timezone; now where it is left out.
            recipient: The address, number, device or person that received it.
            reason: Why it failed, for a metric that is a failure.
            href: The link that was clicked.

        Returns:
            The bare response.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /api/v1/metrics` of the Track API.
        """
        return self.send(
            operations.report_metric(
                delivery_id, metric, timestamp=timestamp, recipient=recipient, reason=reason, href=href
            )
        )

    def report_push_event(
        self, delivery_id: str, event: PushEventLike, device_id: DeviceId, *, timestamp: datetime | None = None
    ) -> StandardResponse:
        """Report what became of a push notification on a device. It needs no keys; `report_metric` does more.

        It is sent again only where nothing can have happened; see `RetryPolicy.resend`.

        Args:
            delivery_id: The delivery, as the notification's `CIO-Delivery-ID` says.
            event: `opened`, `converted` or `delivered`.
            device_id: The device, as the notification's `CIO-Delivery-Token` says.
            timestamp: When it happened, with a timezone; now where it is left out.

        Returns:
            The bare response.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /api/v1/push/events` of the Track API.
        """
        return self.send(operations.report_push_event(delivery_id, event, device_id, timestamp=timestamp))

    def add_to_segment(
        self, segment_id: SegmentId, ids: Sequence[CustomerId], *, id_type: IdTypeLike | None = None
    ) -> list[StandardResponse]:
        """Add people to a manual segment. Everybody is checked before the first request is sent.

        Args:
            segment_id: The number of the segment, which must exist.
            ids: The people, any number of them; 1,000 go into one request.
            id_type: What the ids are: `id` (the default), `email` or `cio_id`.

        Returns:
            The bare response of each request.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /api/v1/segments/{segment_id}/add_customers` of the Track API.
        """
        return [self.send(each) for each in operations.add_to_segment(segment_id, ids, id_type=id_type)]

    def remove_from_segment(
        self, segment_id: SegmentId, ids: Sequence[CustomerId], *, id_type: IdTypeLike | None = None
    ) -> list[StandardResponse]:
        """Remove people from a manual segment. Everybody is checked before the first request is sent.

        Args:
            segment_id: The number of the segment.
            ids: The people, any number of them; 1,000 go into one request.
            id_type: What the ids are: `id` (the default), `email` or `cio_id`.

        Returns:
            The bare response of each request.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /api/v1/segments/{segment_id}/remove_customers` of the Track API.
        """
        return [self.send(each) for each in operations.remove_from_segment(segment_id, ids, id_type=id_type)]

    def entity(self, operation: EntityOperation) -> StandardResponse:
        """Do one thing to one person, object or delivery, as an operation such as `PersonEvent` says it.

        Args:
            operation: What to do: `PersonIdentify`, `PersonEvent`, `ObjectIdentify` or another of the operations
                in `cio_sdk.models`. Up to 32,768 bytes as JSON. An event without an `id` is given one.

        Returns:
            The bare response.

        Raises:
            ParamError: The operation is not what it must be; nothing was sent.

        `POST /api/v2/entity` of the Track API.
        """
        return self.send(operations.entity(operation))

    def batch(self, operations: Operations, *, concurrency: int = 4, requests_per_second: float = 1_000) -> BatchReport:
        """Do any number of things to people, objects and deliveries, many in one request.

        The operations are read as they can be sent, and packed into requests of up to 500,000 bytes, of which
        several are under way at once. One that is not full goes after a second. Those that name the same person or
        object in the same way are done in their order, so name each by one identifier throughout. One that is refused
        does not keep the others from being done. Events are given an `id` where they have none, so that none is
        counted twice.

        Args:
            operations: Any iterable of the operations that `entity` takes, or of mappings with their fields (`type` and
                `action` among them). What it raises is raised when all before it is done.
            concurrency: How many requests are under way at once.
            requests_per_second: How many requests are begun in a second, repetitions not counted; Customer.io asks for
                at most 1,000.

        Returns:
            How many operations were accepted, and each that was refused or not sent; look at it, or call its
            `raise_for_errors()`.

        Raises:
            ParamError: An argument is not what it must be. An operation that is not is in the report.

        `POST /api/v2/batch` of the Track API.
        """
        return self._batching(operations, concurrency, requests_per_second).report()

    def iter_batch(
        self, operations: Operations, *, concurrency: int = 4, requests_per_second: float = 1_000
    ) -> Generator[BatchResult, None, None]:
        """Do what `batch` does, and yield what becomes of each operation as soon as it is known.

        Results come in the order of the answers, which is not that of the operations. Nothing is kept of those that
        were yielded, so that memory stays flat. To stop early, `close()` the iterator: what is under way is finished,
        and what became of it is not told.

        Args:
            operations: As in `batch`.
            concurrency: How many requests are under way at once.
            requests_per_second: How many requests are begun in a second.

        Returns:
            The results, one for each operation.

        Raises:
            ParamError: An argument is not what it must be.
            CustomerIOError: Something ended the sending early; raised after the last result.

        `POST /api/v2/batch` of the Track API.
        """
        return self._batching(operations, concurrency, requests_per_second).results()

    def _batching(self, given: Operations, concurrency: int, requests_per_second: float) -> Batching:
        from cio_sdk._batch_drivers import Batching, Limits  # imports pydantic, which takes long

        return Batching(self._sender, self._settings, given, Limits(concurrency, requests_per_second))

    # --- App API -----------------------------------------------------------------------------------------------------

    def send_email(self, request: EmailRequest) -> EmailResponse:
        """Send a transactional email to one person.

        It is sent again only where it cannot have gone out: the connection never opened, or Customer.io
        answered 429. See `RetryPolicy.resend`.

        Args:
            request: The email: up to 15 recipients over `to`, `cc` and `bcc`, files of up to 2 MB together, and a
                `send_at` of up to 90 days ahead.

        Returns:
            The id of the delivery, and when it was queued.

        Raises:
            ParamError: The request is not what it must be; nothing was sent.
            TransactionalError: Customer.io refused it.
            TransportError: No answer came; `maybe_delivered` says whether the email may have gone out.

        `POST /v1/send/email` of the App API.
        """
        return self.send(operations.send_email(request))

    def send_push(self, request: PushRequest) -> TransactionalResponse:
        """Send a transactional push notification to the devices of one person.

        It is sent again only where it cannot have gone out: the connection never opened, or Customer.io
        answered 429. See `RetryPolicy.resend`.

        Args:
            request: The push, with a `send_at` of up to 90 days ahead.

        Returns:
            The id of the delivery, and when it was queued.

        Raises:
            ParamError: The request is not what it must be; nothing was sent.
            TransactionalError: Customer.io refused it.
            TransportError: No answer came; `maybe_delivered` says whether the push may have gone out.

        `POST /v1/send/push` of the App API.
        """
        return self.send(operations.send_push(request))

    def send_sms(self, request: SMSRequest) -> TransactionalResponse:
        """Send a transactional text message (SMS) to one person.

        It is sent again only where it cannot have gone out: the connection never opened, or Customer.io
        answered 429. See `RetryPolicy.resend`.

        Args:
            request: The message, with a `send_at` of up to 90 days ahead.

        Returns:
            The id of the delivery, and when it was queued.

        Raises:
            ParamError: The request is not what it must be; nothing was sent.
            TransactionalError: Customer.io refused it.
            TransportError: No answer came; `maybe_delivered` says whether the message may have gone out.

        `POST /v1/send/sms` of the App API.
        """
        return self.send(operations.send_sms(request))

    def send_whatsapp(self, request: WhatsAppRequest) -> TransactionalResponse:
        """Send a transactional WhatsApp message to one person.

        It is sent again only where it cannot have gone out: the connection never opened, or Customer.io
        answered 429. See `RetryPolicy.resend`.

        Args:
            request: The message, with a `send_at` of up to 90 days ahead.

        Returns:
            The id of the delivery, and when it was queued.

        Raises:
            ParamError: The request is not what it must be; nothing was sent.
            TransactionalError: Customer.io refused it.
            TransportError: No answer came; `maybe_delivered` says whether the message may have gone out.

        `POST /v1/send/whatsapp` of the App API.
        """
        return self.send(operations.send_whatsapp(request))

    def send_inbox_message(self, request: InboxMessageRequest) -> TransactionalResponse:
        """Send a transactional message to the inbox that your app shows to one person.

        It is sent again only where it cannot have gone out: the connection never opened, or Customer.io
        answered 429. See `RetryPolicy.resend`.

        Args:
            request: The message, with a `send_at` of up to 90 days ahead.

        Returns:
            The id of the delivery, and when it was queued.

        Raises:
            ParamError: The request is not what it must be; nothing was sent.
            TransactionalError: Customer.io refused it.
            TransportError: No answer came; `maybe_delivered` says whether the message may have gone out.

        `POST /v1/send/inbox_message` of the App API.
        """
        return self.send(operations.send_inbox_message(request))

    def send_in_app(self, request: InAppRequest) -> TransactionalResponse:
        """Send a transactional in-app message to one person.

        It is sent again only where it cannot have gone out: the connection never opened, or Customer.io
        answered 429. See `RetryPolicy.resend`.

        Args:
            request: The message, with a `send_at` of up to 90 days ahead.

        Returns:
            The id of the delivery, and when it was queued.

        Raises:
            ParamError: The request is not what it must be; nothing was sent.
            TransactionalError: Customer.io refused it.
            TransportError: No answer came; `maybe_delivered` says whether the message may have gone out.

        `POST /v1/send/in_app` of the App API.
        """
        return self.send(operations.send_in_app(request))

    def trigger_broadcast(
        self,
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
        wait: bool = False,
    ) -> BroadcastTrigger:
        """Send an API-triggered broadcast to the audience that is set in Customer.io, or to one that is given here.

        Give at most one of `recipients`, `emails`, `ids`, `per_user_data` and `data_file_url`. Customer.io accepts one
        broadcast in 10 seconds. It is sent again only where nothing can have happened; see `RetryPolicy.resend`.

        Args:
            broadcast_id: The number of the broadcast.
            data: The values that the broadcast refers to.
            recipients: The people whom a filter finds; write it with the words of `cio_sdk.audience`.
            emails: The people, by their email addresses. They must exist.
            ids: The people, by their ids, up to 10,000. They must exist.
            per_user_data: The people, up to 10,000, each with values of their own. They must exist.
            data_file_url: The address of a file with one JSON object a line, each with the `id` or `email` of a person
                and `data`. They must exist.
            id_ignore_missing: Whether people without an id, and ids that nobody has, are passed over; else one stops
                the broadcast.
            email_ignore_missing: Whether people without an address, and addresses that nobody has, are passed over;
                else one stops the broadcast.
            email_add_duplicates: Whether an address that several people have is sent to each; else one stops the
                broadcast.
            wait: Whether to wait where the last broadcast was less than 10 seconds ago, as long as the client's timeout
                allows, which is one wait of 10 seconds by default.

        Returns:
            The number of this sending, for `get_broadcast_status` and `wait_for_broadcast`.

        Raises:
            ParamError: An argument is not what it must be, or there are two audiences; nothing was sent.
            RateLimitError: The last broadcast was less than 10 seconds ago; `retry_after` says when to come back.
            NotFoundError: There is no such broadcast.
            UnprocessableError: Customer.io refused the audience, such as people who do not exist.
            TransportError: No answer came; `maybe_delivered` says whether the broadcast may have been triggered.

        `POST /v1/campaigns/{broadcast_id}/triggers` of the App API.
        """
        return self.send(
            operations.trigger_broadcast(
                broadcast_id,
                data=data,
                recipients=recipients,
                emails=emails,
                ids=ids,
                per_user_data=per_user_data,
                data_file_url=data_file_url,
                id_ignore_missing=id_ignore_missing,
                email_ignore_missing=email_ignore_missing,
                email_add_duplicates=email_add_duplicates,
            ),
            wait=wait,
        )

    def get_broadcast_status(self, broadcast_id: BroadcastId, trigger_id: TriggerId) -> BroadcastStatus:
        """Find out whether one sending of a broadcast has been processed.

        Args:
            broadcast_id: The number of the broadcast.
            trigger_id: The number of the sending, as `trigger_broadcast` returned it.

        Returns:
            When it was triggered and processed, and `is_processed`.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.
            NotFoundError: There is no such sending.

        `GET /v1/campaigns/{broadcast_id}/triggers/{trigger_id}` of the App API.
        """
        return self.send(operations.get_broadcast_status(broadcast_id, trigger_id))

    def wait_for_broadcast(
        self, broadcast_id: BroadcastId, trigger_id: TriggerId, *, timeout: float = 600.0
    ) -> BroadcastStatus:
        """Wait until one sending of a broadcast has been processed.

        It asks at once, and then after growing pauses, from 1 second up to 30.

        Args:
            broadcast_id: The number of the broadcast.
            trigger_id: The number of the sending, as `trigger_broadcast` returned it.
            timeout: The most seconds to wait; a last answer may take one more.

        Returns:
            The status, whose `is_processed` is True.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.
            WaitTimeoutError: It was not processed in time. It goes on being sent.
            NotFoundError: There is no such sending.
            TransportError: No answer came, also after the retries of the client.

        `GET /v1/campaigns/{broadcast_id}/triggers/{trigger_id}` of the App API.
        """
        return _broadcasts.processed(
            self, broadcast_id, trigger_id, timeout, self._settings.timeout, self._sender.timing
        )

    def get_broadcast_errors_page(
        self, broadcast_id: BroadcastId, trigger_id: TriggerId, *, start: PageToken | None = None
    ) -> BroadcastErrors:
        """Read a page of what went wrong in one sending of a broadcast; `get_broadcast_errors` reads all of them.

        Args:
            broadcast_id: The number of the broadcast.
            trigger_id: The number of the sending, as `trigger_broadcast` returned it.
            start: Where the page starts, as `next` of the page before it says; the first one where it is left out.

        Returns:
            The page.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.
            NotFoundError: There is no such sending.

        `GET /v1/campaigns/{broadcast_id}/triggers/{trigger_id}/errors` of the App API.
        """
        return self.send(operations.get_broadcast_errors_page(broadcast_id, trigger_id, start=start))

    def get_broadcast_errors(self, broadcast_id: BroadcastId, trigger_id: TriggerId) -> Iterator[str]:
        """Read what went wrong in one sending of a broadcast, page by page as it is needed.

        Args:
            broadcast_id: The number of the broadcast.
            trigger_id: The number of the sending, as `trigger_broadcast` returned it.

        Returns:
            What went wrong, a line each, such as `line 3: …` of the file with the recipients.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.
            NotFoundError: There is no such sending; raised when the first line is read.

        `GET /v1/campaigns/{broadcast_id}/triggers/{trigger_id}/errors` of the App API.
        """
        return _broadcasts.errors(self, broadcast_id, trigger_id)

    def list_collections(self) -> Sequence[Collection]:
        """List the collections of the workspace.

        Returns:
            Every collection, without its rows.

        Raises:
            AuthenticationError: The app API key is wrong, or of the other region.

        `GET /v1/collections` of the App API.
        """
        return self.send(operations.list_collections())

    def update_collection(
        self, name: str, items: Sequence[JSONObject], *, collection_id: CollectionId | None = None
    ) -> Collection:
        """Create a collection from rows, or replace the rows of an existing one.

        Args:
            name: The name by which messages refer to the collection.
            items: The rows, each a mapping, a pydantic model or a dataclass. Up to 10 KB a row, 10 MB together.
            collection_id: The collection to replace; a new one is created where it is left out.

        Returns:
            The collection as it is now, with its id.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /v1/collections` of the App API, or `PUT /v1/collections/{collection_id}`.
        """
        return self.send(operations.update_collection(name, items, collection_id=collection_id))

    def update_collection_via_url(
        self, name: str, url: str, *, collection_id: CollectionId | None = None
    ) -> Collection:
        """Create a collection from a file on the web, or replace the rows of an existing one.

        Args:
            name: The name by which messages refer to the collection.
            url: The http or https address of a JSON or CSV file, or of a Google sheet, that Customer.io can read.
            collection_id: The collection to replace; a new one is created where it is left out.

        Returns:
            The collection as it is now, with its id.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.

        `POST /v1/collections` of the App API, or `PUT /v1/collections/{collection_id}`.
        """
        return self.send(operations.update_collection_via_url(name, url, collection_id=collection_id))

    def get_collection(self, collection_id: CollectionId) -> Collection:
        """Look up a collection, without its rows.

        Args:
            collection_id: The number of the collection.

        Returns:
            The collection.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.
            NotFoundError: There is no such collection.

        `GET /v1/collections/{collection_id}` of the App API.
        """
        return self.send(operations.get_collection(collection_id))

    def delete_collection(self, collection_id: CollectionId) -> StandardResponse:
        """Delete a collection and its rows. Messages that refer to it find it empty.

        Args:
            collection_id: The number of the collection.

        Returns:
            The bare response.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.
            NotFoundError: There is no such collection.

        `DELETE /v1/collections/{collection_id}` of the App API.
        """
        return self.send(operations.delete_collection(collection_id))

    def get_collection_contents(self, collection_id: CollectionId) -> list[dict[str, Any]]:
        """Read the rows of a collection.

        Args:
            collection_id: The number of the collection.

        Returns:
            The rows, in their order.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.
            NotFoundError: There is no such collection.

        `GET /v1/collections/{collection_id}/content` of the App API.
        """
        return self.send(operations.get_collection_contents(collection_id))

    def update_collection_contents(self, collection_id: CollectionId, items: CollectionRows) -> Collection:
        """Replace the rows of a collection, and leave its name as it is.

        Args:
            collection_id: The number of the collection.
            items: The rows, each a mapping, a pydantic model or a dataclass. Up to 10 KB a row, 10 MB together.

        Returns:
            The collection as it is now.

        Raises:
            ParamError: An argument is not what it must be; nothing was sent.
            NotFoundError: There is no such collection.

        `PUT /v1/collections/{collection_id}/content` of the App API.
        """
        return self.send(operations.update_collection_contents(collection_id, items))
