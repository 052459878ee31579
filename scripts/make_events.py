"""Write a CSV file of made-up events, the same for the same seed: python scripts/make_events.py build/events.csv."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

COLUMNS = "customer_id,name,timestamp,item,price,quantity,gift"
_ITEMS = ("The Analytical Engine", '"Sketch", 2nd ed.', "Notes, café", "Punched cards", "Difference Engine No. 2")
_NAMES = ("purchase", "product viewed", "cart updated")
_START = datetime(2025, 1, 1, tzinfo=UTC)


def rows(count: int, seed: int) -> Iterator[str]:
    """Yield the lines of the file, its header first. No two of them are the same."""
    chance = random.Random(seed)
    items = [f'"{item.replace(chr(34), chr(34) * 2)}"' for item in _ITEMS]
    yield COLUMNS
    for number in range(count):
        when = _START + timedelta(seconds=number * 30)
        person, name, item = chance.randrange(count // 10 + 1), chance.choice(_NAMES), chance.choice(items)
        price, quantity = chance.randrange(100, 10_000) / 100, chance.randrange(1, 6)
        gift = "true" if quantity == 1 else ""
        yield f"u{person},{name},{when:%Y-%m-%dT%H:%M:%SZ},{item},{price},{quantity},{gift}"


def write(path: Path, count: int, seed: int = 1) -> None:
    """Write the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{row}\n" for row in rows(count, seed))


def main() -> None:
    """Write the file that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write(arguments.path, arguments.rows, arguments.seed)


if __name__ == "__main__":
    main()
