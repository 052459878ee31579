"""The commands, their options, and what they print."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from pydantic_core import to_json
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cio_sdk.cli._doctor import check_certificates, examine
from cio_sdk.cli._import import AGAIN, Import, InterruptedByUserError, Rehearsal, StoppedError
from cio_sdk.cli._plan import Plan, What
from cio_sdk.cli._sources import REJECTED_ENDING, FileError, Format, open_sources
from cio_sdk.cli._terminal import INTERRUPTED, end_at_once, silence
from cio_sdk.cli._values import KINDS, Kind
from cio_sdk.client import Client
from cio_sdk.errors import CustomerIOError, ParamError
from cio_sdk.options import RetryPolicy

SOME_REJECTED, CANNOT_BEGIN, STOPPED = 1, 2, 3
"""The exit codes, beside 0 and 130."""
_LONGEST_TIMEOUT = 3_600

app = typer.Typer(
    name="cio-sdk",
    help="Load files into Customer.io, and see whether it can be reached. The keys come from the environment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class _Console(Console):
    """A stream that says nothing where it cannot be written: the exit code says it all."""

    def print(self, *objects: Any, **options: Any) -> None:
        try:
            super().print(*objects, **options)
        except OSError:
            silence(self.file.fileno())


_out = _Console(highlight=False, soft_wrap=True)
_err = _Console(highlight=False, soft_wrap=True, stderr=True)


class _Platform(StrEnum):
    IOS = "ios"
    ANDROID = "android"


class _Format(StrEnum):
    CSV = "csv"
    TSV = "tsv"
    JSONL = "jsonl"
    PARQUET = "parquet"


@app.command()
def doctor(
    timeout: Annotated[
        float, typer.Option(help="The seconds that each host may take.", min=0.1, max=_LONGEST_TIMEOUT)
    ] = 10.0,
) -> None:
    """Say whether the keys, the region and the hosts in the environment are right, and what is wrong if not.

    Ends with 0 where everything is right, and with 1 where something is not.
    """
    is_good = True
    for finding in examine(os.environ, timeout):
        _out.print("[green]✓[/green]" if finding.is_good else "[red]✗[/red]", end=" ")
        _out.print(finding.what, markup=False)
        if finding.advice:
            _out.print(f"  → {finding.advice}", markup=False)
        is_good = is_good and finding.is_good
    raise typer.Exit(0 if is_good else 1)


@app.command("import")
def import_(
    what: Annotated[What, typer.Argument(help="What the rows are.")],
    files: Annotated[list[str], typer.Argument(help="Files, globs in quotes, or - for standard input.")],
    map_: Annotated[
        list[str], typer.Option("--map", metavar="COLUMN=FIELD", help="Which field a column is; - leaves it out.")
    ] = [],  # noqa: B006
    type_: Annotated[
        list[str], typer.Option("--type", metavar="COLUMN=TYPE", help=f"What a column holds: {', '.join(KINDS)}.")
    ] = [],  # noqa: B006
    event_name: Annotated[str | None, typer.Option(help="The name of every event.")] = None,
    platform: Annotated[_Platform | None, typer.Option(help="The platform of every device.")] = None,
    object_type: Annotated[str | None, typer.Option(help="The number of the type of every object.")] = None,
    format: Annotated[_Format | None, typer.Option(help="The format, where the name does not say it.")] = None,
    encoding: Annotated[str, typer.Option(help="The encoding of text files.")] = "utf-8",
    delimiter: Annotated[str, typer.Option(help="What is between the cells of CSV; a comma if left out.")] = "",
    timezone: Annotated[str, typer.Option(help="Where times without an offset are.")] = "UTC",
    keep_empty: Annotated[bool, typer.Option("--keep-empty", help="Send empty cells, to clear attributes.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check every row, and send nothing.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever a checkpoint says.")] = False,
    checkpoint: Annotated[Path | None, typer.Option(help="Where to keep how far it is.")] = None,
    rejected: Annotated[Path | None, typer.Option(help="Where rejected rows go.")] = None,
    concurrency: Annotated[int, typer.Option(help="How many requests are under way at once.", min=1)] = 4,
    requests_per_second: Annotated[float, typer.Option(help="How many requests are begun in a second.")] = 1_000,
    timeout: Annotated[
        float, typer.Option(help="The seconds after which a request is given up.", min=0.1, max=_LONGEST_TIMEOUT)
    ] = 60.0,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the result only.")] = False,
) -> None:
    """Load people, events, devices or objects from CSV, JSON lines or Parquet.

    What is cut off goes on where it stopped when the same command is run again. No event is counted twice.

    Ends with 0 where every row was accepted, 1 where some were rejected, 2 where it could not begin, 3 where it
    stopped early, and 130 after Ctrl-C.
    """
    fixed = {
        "name": event_name,
        "device.platform": platform and platform.value,
        "identifiers.object_type_id": object_type,
    }
    try:
        plan = Plan(
            what=what,
            maps=_pairs("--map", map_),
            kinds=_kinds(type_),
            fixed={name: value for name, value in fixed.items() if value is not None},
            timezone=_timezone(timezone),
            keep_empty=keep_empty,
        )
        sources = open_sources(files, cast("Format | None", format and format.value), encoding, delimiter)
        is_stdin = any(source.is_stdin for source in sources)
        if is_stdin and checkpoint is not None:
            raise ParamError("--checkpoint", "standard input has none, as it cannot be read again; leave it out")
        first = Path("stdin") if is_stdin else sources[0].path
        begun = Import(
            sources,
            plan,
            {
                "kind": what.value,
                "--map": dict(plan.maps),
                "--type": dict(plan.kinds),
                "fixed fields": dict(plan.fixed),
                "--timezone": timezone,
                "--keep-empty": keep_empty,
                "--encoding": encoding,
                "--format": format and format.value,
                "--delimiter": delimiter,
            },
            checkpoint_path=None if is_stdin else checkpoint or first.with_name(f"{first.name}.checkpoint"),
            rejects_path=rejected or first.with_name(f"{first.name}{REJECTED_ENDING}"),
            restart=restart or dry_run,
        )
        if not quiet:
            _show_plan(begun)
        if dry_run:
            raise typer.Exit(_rehearse(begun, quiet=quiet))
        check_certificates(os.environ)
        client = Client.from_env(timeout=timeout, retry_policy=RetryPolicy(max_retries=20, max_total_wait=timeout))
    except (FileError, ParamError) as error:
        _fail(str(error), CANNOT_BEGIN)
    with client:
        _run(begun, client, concurrency, requests_per_second, quiet=quiet)


def _run(begun: Import, client: Client, concurrency: int, requests_per_second: float, *, quiet: bool) -> NoReturn:
    started = time.perf_counter()
    before = begun.checkpoint.accepted + begun.checkpoint.rejected
    try:
        with _stopping_at_ctrl_c(begun), _Bar(begun, quiet=quiet):
            begun.run(client, concurrency=concurrency, requests_per_second=requests_per_second)
    except StoppedError as error:
        _show_result(begun, before, started)
        is_interrupted = isinstance(error, InterruptedByUserError)
        what = str(error) if is_interrupted else f"stopped early: {error}"
        _fail(f"{what}. {error.advice}".removesuffix(". "), INTERRUPTED if is_interrupted else STOPPED)
    except ParamError as error:
        _fail(f"--{error.param.replace('_', '-')}: {error.reason}", CANNOT_BEGIN)
    except CustomerIOError as error:
        _fail(str(error), CANNOT_BEGIN)
    _show_result(begun, before, started)
    raise typer.Exit(SOME_REJECTED if begun.checkpoint.rejected else 0)


@contextmanager
def _stopping_at_ctrl_c(begun: Import) -> Iterator[None]:
    """Let a first Ctrl-C end the import when what is under way is done, and a second one at once."""

    def stop(*_: object) -> None:
        if begun.is_interrupted:
            _err.show_cursor()
            end_at_once(AGAIN)
        begun.is_interrupted = True

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _rehearse(begun: Import, *, quiet: bool) -> int:
    with _Bar(begun, quiet=quiet):
        found: Rehearsal = begun.rehearse()
    accepted, rejected = begun.checkpoint.accepted, begun.checkpoint.rejected
    if found.first is not None and not quiet:
        _err.print("\nThe first operation:", markup=False)
        _err.print(to_json(found.first, indent=2).decode(), markup=False)
    for row in found.rejected:
        why = row["_rejected"]
        place = f"{why['file']}, line {why['line']}"
        where = why.get("column") or why.get("field")
        _err.print(f"{place}{f', {where}' if where else ''}: {why.get('message') or why['reason']}", markup=False)
    if rejected > len(found.rejected):
        _err.print(f"and {rejected - len(found.rejected):,} more", markup=False)
    size = f"{_counted(found.requests, 'request')} with {found.bytes / 1e6:,.1f} MB"
    _out.print(f"Nothing was sent. {_counted(accepted, 'row')} would be, in {size}; {rejected:,} would be rejected.")
    return SOME_REJECTED if rejected else 0


def _show_plan(begun: Import) -> None:
    for source, mapper in zip(begun.sources, begun.mappers, strict=True):
        _err.print(f"{source.path}:", markup=False)
        width = max((len(column.name) for column in mapper.columns), default=0)
        for column in mapper.columns:
            target = f"{column.field} ({column.kind})" if column.field else "left out"
            _err.print(f"  {column.name:<{width}} → {target}", markup=False)
    if begun.is_resumed:
        done = begun.checkpoint.accepted + begun.checkpoint.rejected
        _err.print(f"Going on after {_counted(done, 'row')}, done before.")


def _show_result(begun: Import, before: int, started: float) -> None:
    seconds = time.perf_counter() - started
    accepted, rejected = begun.checkpoint.accepted, begun.checkpoint.rejected
    rate = (accepted + rejected - before) / seconds
    _out.print(f"{accepted:,} accepted, {rejected:,} rejected, in {seconds:,.1f} s ({rate:,.0f} a second)")
    if rejected:
        _out.print(f"The rejected rows, and why: {begun.rejects_path}", markup=False)


class _Bar:
    """Shows how far an import is, where somebody is there to see it."""

    def __init__(self, begun: Import, *, quiet: bool) -> None:
        sizes = [source.size for source in begun.sources]
        self._begun = begun
        self._before = [0] * len(sizes)
        self._total = None if None in sizes else sum(cast("list[int]", sizes))
        for number in range(1, len(sizes)):
            self._before[number] = self._before[number - 1] + (sizes[number - 1] or 0)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %" if self._total else ""),
            TextColumn("{task.fields[rate]:,.0f} a second"),
            TimeRemainingColumn(),
            console=_err,
            disable=quiet or not _err.is_terminal,
            transient=True,
        )
        self._started = time.monotonic()
        self._done_before = begun.checkpoint.accepted + begun.checkpoint.rejected

    def __enter__(self) -> None:
        self._task = self._progress.add_task("", total=self._total, rate=0.0)
        self._begun.on_step = self._show
        self._progress.start()

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _show(self, begun: Import) -> None:
        done = begun.checkpoint.accepted + begun.checkpoint.rejected
        rate = (done - self._done_before) / max(time.monotonic() - self._started, 1e-3)
        place = self._before[begun.current] + begun.sources[begun.current].progress
        self._progress.update(self._task, completed=place, description=f"{done:,} rows", rate=rate)


def _pairs(option: str, given: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for pair in given:
        column, is_pair, value = pair.rpartition("=")
        if not is_pair or not column or not value:
            raise ParamError(option, f"{pair!r} is not of the form COLUMN={'FIELD' if option == '--map' else 'TYPE'}")
        pairs[column] = value
    return pairs


def _kinds(given: list[str]) -> dict[str, Kind]:
    pairs = _pairs("--type", given)
    for column, kind in pairs.items():
        if kind not in KINDS:
            raise ParamError("--type", f"{kind!r} for {column} is none of {', '.join(KINDS)}")
    return cast("dict[str, Kind]", pairs)


def _timezone(name: str) -> Any:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ParamError("--timezone", f"{name!r} is no timezone, such as Europe/Berlin") from None


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _fail(message: str, code: int) -> NoReturn:
    _err.print(f"cio-sdk: {message}", markup=False)
    raise typer.Exit(code)
