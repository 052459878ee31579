"""The Python code of the documentation, so that it can be run and type-checked.

python scripts/doc_code.py writes one module a page into build/docs/.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """The pages whose code is checked."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path) -> list[tuple[int, str]]:
    """The Python blocks of a page, each with the number of its first line."""
    text = page.read_text()
    return [(text.count("\n", 0, match.start(1)) + 1, match[1]) for match in BLOCK.finditer(text)]


def main() -> None:
    """Write the modules, each line where it stands on its page, so that errors name the right one."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for page in pages():
        lines: list[str] = []
        for line, block in blocks(page):
            lines += [""] * (line - 1 - len(lines)) + block.splitlines()
        (BUILD / f"{page.stem.lower()}.py").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
