"""Boards: a site of static pages on a built warehouse, which opens from disk.

The boards are YAML files of dbt Charts; what is in them comes from marts as it is. dbt Charts
draws bars, Plotly what it has no shape for.
"""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from covey.boards.drawing import drawer, script_and_font
from covey.boards.pages import file_name, page
from covey.boards.reading import read_boards

__all__ = ["build_site"]


def build_site(
    database: Path, *, schema: str, boards: Path, out: Path, segmentation: str | None = None
) -> Path:
    """Write the site and return its front page.

    Parameters
    ----------
    database
        DuckDB file that dbt built; opened read-only.
    schema
        Target schema of the dbt profile, such as ``covey``.
    boards
        Folder of the boards.
    out
        Folder to write; pages and assets that are there are replaced, other files stay.
    segmentation
        The one to show; None: the primary one.

    Raises
    ------
    ReportError
        When the extra ``boards`` is not installed, or the warehouse, its marts, the boards or the
        segmentation are not there.
    ValueError
        When `schema` is not a plain name.
    """
    with drawer() as pen:
        script, font = script_and_font()
        about, found = read_boards(boards, database, schema, segmentation)
        pages = {file_name(board, found): page(board, found, pen, about) for board in found}
    assets = out / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (out / name).write_text(text, encoding="utf-8")
    for name in ("site.css", "site.js"):
        text = (resources.files("covey.boards") / name).read_text(encoding="utf-8")
        (assets / name).write_text(text, encoding="utf-8")
    shutil.copyfile(script, assets / "plotly.min.js")
    shutil.copyfile(font, assets / "inter.woff2")
    return out / "index.html"
