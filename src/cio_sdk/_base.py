"""What the generated models stand on: their base classes, and the types of their scalars."""

from __future__ import annotations

import base64
import os
import random
import re
import string
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import IO, TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema, from_json, to_json

from cio_sdk._json import (
    MAX_DEPTH,
    NAIVE_DATETIME,
    NOT_UTF8,
    NotJSONError,
    is_utf8,
    join_path,
    to_plain,
    to_plain_object,
    unix_seconds,
)
from cio_sdk._patterns import object_pattern, text_pattern, text_pattern_of
from cio_sdk.errors import AttachmentExistsError, ParamError
from cio_sdk.response import StandardResponse

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    ObjectLike: TypeAlias = Mapping[str, Any] | BaseModel | DataclassInstance
else:
    ObjectLike: TypeAlias = Any


class RequestModel(BaseModel):
    """What is sent: unknown fields are refused, and errors do not show the values."""

    model_config = ConfigDict(
        extra="forbid",
        validate_assignment=True,
        revalidate_instances="always",
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    def __setattr__(self, name: str, value: Any) -> None:
        before = self.__dict__, self.__pydantic_extra__, {*self.__pydantic_fields_set__}
        try:
            super().__setattr__(name, value)
        except ValidationError:
            # pydantic looks at what spans the fields when it has changed them already.
            for slot, was in zip(("__dict__", "__pydantic_extra__", "__pydantic_fields_set__"), before, strict=True):
                object.__setattr__(self, slot, was)
            raise


class ResponseModel(BaseModel):
    """What comes back: unknown fields are kept, and a number is taken where a text is expected."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True, coerce_numbers_to_str=True)

    _response: StandardResponse | None = PrivateAttr(default=None)

    @property
    def response(self) -> StandardResponse:
        """The answer that this was read from."""
        if self._response is None:
            raise AttributeError("this model was not read from an answer, so it has no response")
        return self._response


class EventModel(BaseModel):
    """What a webhook carries: unknown fields are kept, and a number is taken where a text is expected."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True, coerce_numbers_to_str=True)


class RuledRequestModel(RequestModel):
    """A request with rules that span its fields: those in the `json_schema_extra` of its class."""

    _rules: ClassVar[Rules]

    @classmethod
    def __pydantic_init_subclass__(cls, **_options: Any) -> None:
        """Read the rules of a class once."""
        cls._rules = Rules.of(cls)

    @model_validator(mode="after")
    def _follow_rules(self) -> Self:
        rules = type(self)._rules  # noqa: SLF001
        values = self.__dict__
        present = {name for name in rules.fields if values[name] is not None}
        if not rules.at_least <= len(present) <= rules.at_most:
            raise _refusal(f"needs exactly one of {_list_names(rules.fields, 'and')}")
        if rules.any_of and not any(present.issuperset(choice) for choice in rules.any_of):
            raise _refusal(f"needs {_list_choices(rules.any_of)}")
        if rules.one_of and not any(present == {*choice} for choice in rules.one_of):
            raise _refusal(f"needs either {_list_choices(rules.one_of)}")
        together = [name for name in rules.at_most_one if name in present]
        if len(together) > 1:
            raise _refusal(
                f"cannot go with {together[0]}; give only one of {_list_names(rules.at_most_one, 'and')}", together[1]
            )
        if rules.max_recipients is not None:
            count = len(addresses_in(*(values[name] for name in ("to", "cc", "bcc"))))
            if count > rules.max_recipients:
                raise _refusal(f"has {count} recipients with cc and bcc; send to at most {rules.max_recipients}", "to")
        return self


@dataclass(frozen=True, slots=True)
class Rules:
    """Which fields of a request go together, by their Python names."""

    fields: tuple[str, ...]
    at_least: int
    at_most: int
    any_of: list[tuple[str, ...]]
    """At least the fields of one of these are there."""
    one_of: list[tuple[str, ...]]
    """The fields of one of these are there, and no others."""
    at_most_one: tuple[str, ...]
    """Of these, no two are there."""
    max_recipients: int | None
    """How many addresses there may be in `to`, `cc` and `bcc` together."""

    @classmethod
    def of(cls, model: type[BaseModel]) -> Rules:
        """Return the rules of a model."""
        said: Any = model.model_config.get("json_schema_extra", {})
        names = {field.serialization_alias or name: name for name, field in model.model_fields.items()}

        def choices(among: Any) -> list[tuple[str, ...]]:
            return [tuple(names[wire] for wire in choice["required"]) for choice in among]

        fields = tuple(names.values())
        return cls(
            fields,
            at_least=said.get("minProperties", 0),
            at_most=said.get("maxProperties", len(fields)),
            any_of=choices(said.get("anyOf", ())),
            one_of=choices(said.get("oneOf", ())),
            at_most_one=tuple(names[wire] for wire in said.get("at-most-one", ())),
            max_recipients=said.get("max-recipients"),
        )


class OpenRequestModel(RuledRequestModel):
    """A part of a request that may hold names of the caller's own, beside those that it knows."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="after")
    def _check_extra(self) -> Self:
        try:
            plain = to_plain_object(self.__pydantic_extra__ or {})
        except NotJSONError as error:
            raise _refusal(error.reason, error.path) from None
        known = type(self).model_fields
        for name in plain.keys() & known.keys():
            raise _refusal(f"must be written {known[name].serialization_alias}", name)
        object.__setattr__(self, "__pydantic_extra__", plain)
        return self

    @model_serializer(mode="wrap")
    def _with_nulls(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A None of the caller's own means something to whoever reads it, and `exclude_none` is about known fields.
        dumped: dict[str, Any] = dump(self)
        return dumped | {name: None for name, value in (self.__pydantic_extra__ or {}).items() if value is None}


class BroadcastStatusBase(ResponseModel):
    """What the status of a broadcast can tell."""

    if TYPE_CHECKING:
        processed_at: datetime | None

    @property
    def is_processed(self) -> bool:
        """Whether Customer.io has worked it off."""
        return self.processed_at is not None and self.processed_at > _EPOCH


class PhonelessModel(RequestModel):
    """A request whose people cannot be named by their phone number."""

    @model_validator(mode="after")
    def _refuse_phones(self) -> Self:
        for name in type(self).model_fields:
            if getattr(getattr(self, name), "phone", None) is not None:
                raise _refusal("cannot be a phone here; name the person by id, email or cio_id", name)
        return self


class EmailRequestBase(RuledRequestModel):
    """What an email request can do."""

    if TYPE_CHECKING:
        attachments: Mapping[str, str] | None

    def attach(self, name: str, content: bytes | bytearray | memoryview | IO[bytes]) -> None:
        """Attach a file.

        Args:
            name: The file's name, as the recipient sees it, such as `invoice.pdf`.
            content: The file's bytes, or a file opened in binary mode, which is read to its end.
                All files of one email together hold up to 2 MB.

        Raises:
            AttachmentExistsError: A file of this name is already attached; it is kept.
            ParamError: The name has no extension, the content is not bytes, or the files are too large together.
        """
        if not isinstance(name, str):
            raise ParamError("name", "must be the name of the file")
        if self.attachments and name in self.attachments:
            raise AttachmentExistsError(name)
        read = getattr(content, "read", None)
        data = read() if callable(read) else content
        if not isinstance(data, bytes | bytearray | memoryview):
            raise ParamError("content", "must be bytes, or a file opened in binary mode")
        try:
            self.attachments = {**(self.attachments or {}), name: base64.b64encode(bytes(data)).decode()}
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)[0]
            context = details.get("ctx", {})
            if details["loc"] == ("attachments",) and "reason" in context:
                raise ParamError(context.get("param", "content"), context["reason"]) from None
            raise  # it is not about the file


@dataclass(frozen=True, slots=True)
class _Scalar:
    """A type of value, checked by one function; it stands in `Annotated` behind what an editor shows."""

    def validate(self, value: Any) -> Any:
        raise NotImplementedError

    def wire_schema(self) -> core_schema.CoreSchema:
        """Return a schema of what goes over the wire, which may refuse what is rare, to be fast for the rest."""
        return core_schema.no_info_plain_validator_function(self.validate)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.validate)


@dataclass(frozen=True, slots=True)
class Text(_Scalar):
    """A string within limits."""

    min_length: int = 0
    max_bytes: int | None = None
    pattern: str | None = None
    title: str = ""

    def validate(self, value: Any) -> str:
        """Return the string, or say what is wrong with it."""
        if not isinstance(value, str):
            raise _refusal("must be a string")
        text = str.__str__(value)  # a subclass may say of itself what it likes
        if not is_utf8(text):
            raise _refusal(NOT_UTF8)
        if self.min_length and not text.strip():
            raise _refusal("must not be empty or blank")
        if self.max_bytes is not None and len(text) * 4 > self.max_bytes:
            _refuse_over(self.max_bytes, len(text.encode()))
        if self.pattern is not None and not re.fullmatch(self.pattern, text):
            raise _refusal(f"must be {self.title}")
        return text

    def wire_schema(self) -> core_schema.CoreSchema:
        """Return a schema that knows short texts without Python."""
        return _with_pattern(self._python_schema(), self._json_pattern())

    def _python_schema(self) -> core_schema.CoreSchema:
        slow = core_schema.no_info_plain_validator_function(self.validate)
        if self.pattern is not None and (self.min_length or "\\s" in self.pattern):
            return slow  # what is blank and what is a space differs between Python and the schema
        longest = None if self.max_bytes is None else self.max_bytes // 4
        pattern = rf"\A(?:{self.pattern})\z" if self.pattern else "[!-~]" if self.min_length else None
        return _first_of(core_schema.str_schema(strict=True, max_length=longest, pattern=pattern), slow)

    def _json_pattern(self) -> str:
        if self.pattern is not None:
            return text_pattern_of(self.pattern, max_bytes=self.max_bytes)
        return text_pattern(first=r"[!#-\[\]-~]" if self.min_length else "", max_bytes=self.max_bytes)


@dataclass(frozen=True, slots=True)
class Identifier(_Scalar):
    """The name of one thing: a string that is neither blank nor a dot segment of a path, or a whole number."""

    max_bytes: int | None = None
    allow_int: bool = False
    keep_int: bool = False
    """Whether a number stays one, instead of becoming a string."""

    def validate(self, value: Any) -> str | int:
        """Return the id, or say what is wrong with it."""
        if self.allow_int and _is_int(value):
            number = int(value)
            if self.keep_int:
                return number
            value = str(number)
        if not isinstance(value, str):
            raise _refusal(
                f"must be a string{' or a whole number' if self.allow_int else ''}; pass str() of anything else"
            )
        text: str = _nonblank(self.max_bytes).validate(value)
        if text in (".", ".."):
            raise _refusal("must not be '.' or '..', which would lead to another path")
        return text

    def wire_schema(self) -> core_schema.CoreSchema:
        """Return a schema that knows short ids without Python."""
        longest = None if self.max_bytes is None else self.max_bytes // 4
        fast = core_schema.str_schema(strict=True, max_length=longest, pattern="[0-9A-Za-z]")
        slow = core_schema.no_info_plain_validator_function(self._validate_text)
        return _with_pattern(_first_of(fast, slow), text_pattern(first="[0-9A-Za-z]", max_bytes=self.max_bytes))

    def _validate_text(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise _refusal("must be a string")
        return self.validate(value)


@dataclass(frozen=True, slots=True)
class JSONObject(_Scalar):
    """An object that can be written as JSON, within limits. What is passed in is copied."""

    max_bytes: int | None = None
    max_properties: int | None = None
    max_name_bytes: int | None = None
    max_value_bytes: int | None = None
    unlimited: frozenset[str] = frozenset()

    def validate(self, value: Any) -> dict[str, Any]:
        """Return the object as a dict of JSON's own types, or say what is wrong with it."""
        try:
            plain = to_plain_object(value)
        except NotJSONError as error:
            raise _refusal(error.reason, error.path) from None
        if self.max_bytes is not None:
            _refuse_over(self.max_bytes, len(to_json(plain)))
        if self.max_properties is not None and len(plain) > self.max_properties:
            raise _refusal(f"has {len(plain)} entries; send at most {self.max_properties}")
        if self.max_name_bytes is not None:
            for name in plain:
                _refuse_over(self.max_name_bytes, len(name.encode()), name, "a name of ")
        if self.max_value_bytes is not None:
            for name, item in plain.items():
                if name not in self.unlimited:
                    _refuse_over(self.max_value_bytes, _size(item), name)
        return plain

    def wire_schema(self) -> core_schema.CoreSchema:
        """Return a schema of an object of JSON's own types. The limit on its whole size is not looked at."""
        closer = core_schema.no_info_plain_validator_function(self._validate_item)
        longest_value = None if self.max_value_bytes is None else self.max_value_bytes // 4
        values = core_schema.tagged_union_schema(
            {
                str: _first_of(core_schema.str_schema(strict=True, max_length=longest_value), closer),
                int: _first_of(core_schema.int_schema(strict=True, ge=-(2**63), le=2**63 - 1), closer),
                float: core_schema.float_schema(allow_inf_nan=False),
                bool: core_schema.any_schema(),
                type(None): core_schema.any_schema(),
                list: closer,
                dict: closer,
            },
            discriminator=type,
        )
        longest = None if self.max_name_bytes is None else self.max_name_bytes // 4
        names = core_schema.str_schema(strict=True, max_length=longest)
        limits = (self.max_properties, self.max_name_bytes, self.max_value_bytes)
        return _with_pattern(
            core_schema.dict_schema(names, values, max_length=self.max_properties),
            object_pattern() if limits == (None, None, None) else None,
        )

    def _validate_item(self, value: Any) -> Any:
        text = to_json(value)
        plain = from_json(text, allow_inf_nan=False)
        if plain != value or text.count(b"{") + text.count(b"[") >= MAX_DEPTH:
            raise _refusal("is not plainly made of JSON's own types")
        if self.max_value_bytes is not None:
            _refuse_over(self.max_value_bytes, _size(plain))
        return plain


@dataclass(frozen=True, slots=True)
class JSONRows(_Scalar):
    """Objects that can be written as JSON, within limits on each and on all. What is passed in is copied."""

    max_bytes: int
    max_row_bytes: int

    def validate(self, value: Any) -> dict[str, Any]:
        """Return a row as a dict of JSON's own types, or say what is wrong with it."""
        try:
            plain = to_plain_object(value)
        except NotJSONError as error:
            raise _refusal(error.reason, error.path) from None
        _refuse_over(self.max_row_bytes, len(to_json(plain)))
        return plain

    def _validate_all(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        _refuse_over(self.max_bytes, sum(map(len, map(to_json, rows))))
        return rows

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        rows = core_schema.list_schema(core_schema.no_info_plain_validator_function(self.validate))
        return core_schema.no_info_after_validator_function(self._validate_all, rows)


@dataclass(frozen=True, slots=True)
class JSONScalar(_Scalar):
    """A string, a number or a boolean."""

    def validate(self, value: Any) -> str | float | bool:
        """Return the value, or say what is wrong with it."""
        try:
            plain = to_plain(value)
        except NotJSONError as error:
            raise _refusal(error.reason, error.path) from None
        if not isinstance(plain, str | int | float):
            raise _refusal("must be a string, a number or a boolean")
        return plain


@dataclass(frozen=True, slots=True)
class TextFields(_Scalar):
    """Texts by name, with exactly one of some names among them. What is passed in is copied."""

    one_of: tuple[str, ...]

    def validate(self, value: Any) -> dict[str, str]:
        """Return the fields, or say what is wrong with them."""
        if not isinstance(value, Mapping):
            raise _refusal("must be a mapping from names to strings")
        for name, text in value.items():
            if not isinstance(name, str) or not is_utf8(name):
                raise _refusal("every field needs a name")
            if not isinstance(text, str):
                raise _refusal("must be a string; pass str() of it", join_path([name]))
            Text().validate(text)
        if sum(name in value for name in self.one_of) != 1:
            raise _refusal(f"needs exactly one of {_list_names(self.one_of, 'and')}")
        return dict(value)


@dataclass(frozen=True, slots=True)
class Base64Files(_Scalar):
    """Files by name, each as base64, within a limit on their size together."""

    max_bytes: int
    pattern: str
    title: str

    def validate(self, value: Any) -> dict[str, str]:
        """Return a copy of the files, or say what is wrong with them."""
        if not isinstance(value, Mapping):
            raise _refusal("must be a mapping from file names to base64 text; attach() makes it")
        size = 0
        for name, content in value.items():
            if not isinstance(name, str) or not is_utf8(name) or not re.fullmatch(self.pattern, name):
                raise _refusal(f"every file needs {self.title}", param="name")
            size += _decoded_size(name, content)
        _refuse_over(self.max_bytes, size)
        return dict(value)


@dataclass(frozen=True, slots=True)
class UnixTime(_Scalar):
    """An aware datetime; whole Unix seconds on the wire, which are accepted as input too."""

    max_past: int | None = None
    max_ahead: int | None = None

    def validate(self, value: Any) -> datetime:
        """Return the datetime, or say what is wrong with it."""
        when = self._aware(value)
        if self.max_ahead is not None:
            ahead = when.timestamp() - time.time()
            if ahead > self.max_ahead:
                raise _refusal(f"is more than {self.max_ahead // _DAY} days ahead; give a time before that")
            if self.max_past is not None and -ahead > self.max_past:
                raise _refusal("is past by more than a day; leave it out to send at once")
        return when

    def _aware(self, value: Any) -> datetime:
        if isinstance(value, datetime):
            if value.utcoffset() is None:
                raise _refusal(NAIVE_DATETIME)
            return value
        if not _is_int(value):
            raise _refusal("must be a datetime with a timezone")
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OverflowError, ValueError, OSError):
            raise _refusal("is out of range for a time in Unix seconds") from None

    def wire_schema(self) -> core_schema.CoreSchema:
        """Return a schema of whole Unix seconds."""
        seconds = core_schema.int_schema(strict=True, ge=_FIRST_SECOND, le=_LAST_SECOND)
        return _with_pattern(seconds, "-?[0-9]{1,10}")

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.validate,
            serialization=core_schema.plain_serializer_function_ser_schema(unix_seconds, when_used="json-unless-none"),
        )


_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
_BASE64 = (string.ascii_letters + string.digits + "+/").encode()


def _decoded_size(name: str, content: object) -> int:
    """Return how many bytes base64 text stands for, many times as fast as decoding it."""
    text = content.encode() if isinstance(content, str) and content.isascii() else b"!"
    padding = text.translate(None, _BASE64)
    if len(text) % 4 or padding not in (b"", b"=", b"==") or not text.endswith(padding):
        raise _refusal("must be base64 text; attach() makes it from bytes", join_path([name]))
    return len(text) // 4 * 3 - len(padding)


_CROCKFORD = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BYTE_TO_CROCKFORD = _CROCKFORD * 8
_PAIRS = [bytes((first, second)) for first in _CROCKFORD for second in _CROCKFORD]
_PAIRS_ROUND = _PAIRS * 2
# The system's own would let go of the interpreter's lock, for which threads that send then contend.
_CHANCE = random.Random()  # noqa: S311
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_CHANCE.seed)


def new_ulid() -> str:
    """Return a new ULID: 48 bits of the time in milliseconds and 80 random bits, in Crockford's base 32."""
    return new_ulids(1)[0].decode("ascii")


def new_ulids(count: int, *, before: bytes = b"", after: bytes = b"") -> list[bytes]:
    """Return so many new ULIDs, each between two texts.

    Up to 1,024 of them share 70 random bits, and count round in the other ten from where chance has them begin.
    """
    now = _ulid_time(time.time_ns() // 1_000_000)
    ulids: list[bytes] = []
    while (missing := count - len(ulids)) > 0:
        start = before + now + _CHANCE.randbytes(14).translate(_BYTE_TO_CROCKFORD)
        first = _CHANCE.getrandbits(10)
        ulids += [start + pair + after for pair in _PAIRS_ROUND[first : first + min(missing, 1024)]]
    return ulids


def ulid_of(milliseconds: int, digest: bytes) -> str:
    """Return the ULID of a time and of 16 bytes, of each of which five bits count."""
    return (_ulid_time(milliseconds) + digest.translate(_BYTE_TO_CROCKFORD)).decode("ascii")


def _ulid_time(milliseconds: int) -> bytes:
    pairs, ms = _PAIRS, milliseconds
    return (
        pairs[ms >> 40 & 1023]
        + pairs[ms >> 30 & 1023]
        + pairs[ms >> 20 & 1023]
        + pairs[ms >> 10 & 1023]
        + pairs[ms & 1023]
    )


@cache
def _nonblank(max_bytes: int | None) -> Text:
    return Text(min_length=1, max_bytes=max_bytes)


def _with_pattern(schema: core_schema.CoreSchema, pattern: str | None) -> core_schema.CoreSchema:
    return cast("core_schema.CoreSchema", {**schema, "metadata": {"json_pattern": pattern}})


def _first_of(*schemas: core_schema.CoreSchema) -> core_schema.CoreSchema:
    return core_schema.union_schema([*schemas], mode="left_to_right")


_ADDRESS_IN_LIST = re.compile(r"""(?:\{\{[^{}]*\}\}|\{%[^{}]*%\}|"(?:[^"\\]|\\.)*"|\([^()]*\)|[^,;])+""")
_COMMENT = re.compile(r"\([^()]*\)")
_IN_ANGLES = re.compile(r"<([^<>]*)>")


def addresses_in(*lines: str | None) -> list[str]:
    """Return the addresses in lines of them, without names. A comma within Liquid or quotes parts none."""
    parts = [part for line in lines if line for part in _ADDRESS_IN_LIST.findall(line) if part.strip()]
    return [(_IN_ANGLES.findall(part) or [_COMMENT.sub("", part)])[-1].strip() for part in parts]


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _size(value: Any) -> int:
    return len(value.encode()) if isinstance(value, str) else len(to_json(value))


def _refusal(reason: str, path: str = "", **more: str) -> PydanticCustomError:
    template = "{path}: {reason}" if path else "{reason}"
    return PydanticCustomError("refused", template, {"reason": reason, "path": path, **more})


def _refuse_over(limit: int, size: int, key: str | int | None = None, what: str = "") -> None:
    if size > limit:
        raise _refusal(f"has {what}{size:,} bytes; send at most {limit:,}", "" if key is None else join_path([key]))


def _list_choices(choices: list[tuple[str, ...]]) -> str:
    return ", or ".join(_list_names(choice, "and") for choice in choices)


def _list_names(names: Any, conjunction: str) -> str:
    *first, last = names
    return f"{', '.join(first)} {conjunction} {last}" if first else str(last)
