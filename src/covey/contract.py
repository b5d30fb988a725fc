"""The generated parts of docs/map-your-data.md: the input contract and the presets.

``python -m covey.contract models/staging/base/_base__models.yml docs/map-your-data.md`` renews what
stands between the markers. The contract comes from the YAML that the staging models read it from,
the presets from the operation ``covey_presets``, which writes them as ``covey doctor`` does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

BEGIN = "<!-- contract: begin -->"
END = "<!-- contract: end -->"
PRESETS_BEGIN = "<!-- presets: begin -->"
PRESETS_END = "<!-- presets: end -->"


def render_rules(meta: dict[str, Any]) -> list[str]:
    """Say in words which rows of an input are the same and which are refused.

    Parameters
    ----------
    meta
        What the contract says of an input beside its columns.
    """
    key = ", ".join(f"`{column}`" for column in meta["key"])
    kept = [f"the latest `{column}`" for column in meta.get("latest_by", [])]
    kept += [f"the earliest `{column}`" for column in meta.get("earliest_by", [])]
    rule = f"Rows with the same {key} are one"
    lines = [f"{rule}: {kept[0]} is kept." if kept else f"{rule}."]
    refusals = [f"**{reason}**" for reason in meta.get("refused_when", {})]
    refusals += [
        f"**unknown {column}** (it must be one of {', '.join(values)})"
        for column, values in meta.get("one_of", {}).items()
    ]
    refusals += [f"**unknown {column}**" for column in meta.get("identifiers", {})]
    if refusals:
        lines.append(f"Refused: {'; '.join(refusals)}.")
    return [*lines, ""]


def render_contract(contract: str) -> str:
    """Describe each input and its columns.

    Parameters
    ----------
    contract
        Text of the YAML file of the base models.
    """
    lines = []
    for model in yaml.safe_load(contract)["models"]:
        meta = model["config"]["meta"]
        lines += [f"### {meta['input']}", "", f"One row: {model['description'].strip()}"]
        lines += render_rules(meta)
        lines += ["| column | type | | meaning |", "|---|---|---|---|"]
        for column in model["columns"]:
            need = column.get("config", {}).get("meta", {}).get("contract")
            if need:
                marks = ["required"] if need == "required" else []
                marks += ["as it came"] if column["config"]["meta"].get("free_text") else []
                lines.append(
                    f"| `{column['name']}` | {column['data_type']} | {', '.join(marks)} "
                    f"| {column['description']} |"
                )
        lines.append("")
    return "\n".join(lines)


def between(page: str, begin: str, end: str, text: str) -> str:
    """Return a page with the part between two markers written anew.

    Raises
    ------
    ValueError
        When a marker is missing.
    """
    if begin not in page or end not in page:
        raise ValueError(f"the page must hold {begin!r} and {end!r}")
    head, rest = page.split(begin, 1)
    tail = rest.split(end, 1)[1]
    return f"{head}{begin}\n\n{text}\n{end}{tail}"


def renew(page: str, contract: str) -> str:
    """Return a page with the contract written anew.

    Raises
    ------
    ValueError
        When a marker is missing.
    """
    return between(page, BEGIN, END, render_contract(contract))


def renew_presets(page: str, presets: str) -> str:
    """Return a page with the presets written anew; `presets` is what the operation prints.

    Raises
    ------
    ValueError
        When a marker is missing.
    """
    return between(page, PRESETS_BEGIN, PRESETS_END, presets)


def main() -> None:
    """Renew the page named on the command line; run it in the folder of the project."""
    from covey.doctor import printed_by

    contract, page = Path(sys.argv[1]), Path(sys.argv[2])
    text = renew(page.read_text(encoding="utf-8"), contract.read_text(encoding="utf-8"))
    text = renew_presets(text, printed_by("covey_presets", "--target", "lint"))
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
