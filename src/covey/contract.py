"""The generated parts of the docs: the input contract, the presets, the features.

``python -m covey.contract models/staging/base/_base__models.yml docs/map-your-data.md`` and
``python -m covey.contract seeds/feature_catalog.csv docs/how-features-are-made.md`` renew what
stands between the markers. The contract comes from the YAML that the staging models read it from,
the presets from the operation ``covey_presets``, which writes them as ``covey doctor`` does.
"""

from __future__ import annotations

import csv
import io
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

BEGIN = "<!-- contract: begin -->"
END = "<!-- contract: end -->"
PRESETS_BEGIN = "<!-- presets: begin -->"
PRESETS_END = "<!-- presets: end -->"
FEATURES_BEGIN = "<!-- features: begin -->"
FEATURES_END = "<!-- features: end -->"


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


def render_features(catalog: str) -> str:
    """List the features by group.

    Parameters
    ----------
    catalog
        Text of the seed feature_catalog.
    """
    rows = list(csv.DictReader(io.StringIO(catalog)))
    groups = list(dict.fromkeys(row["feature_group"] for row in rows))
    rows.sort(key=lambda row: groups.index(row["feature_group"]))
    lines = []
    for group, features in groupby(rows, key=lambda row: row["feature_group"]):
        lines += [f"### {group.capitalize()}", "", "| feature | what it is | unit | read from |"]
        lines.append("|---|---|---|---|")
        for row in features:
            inputs = ", ".join(row["source_inputs"].split("|"))
            lines.append(f"| `{row['feature']}` | {row['definition']} | {row['unit']} | {inputs} |")
        lines.append("")
    return "\n".join(lines)


def renew_features(page: str, catalog: str) -> str:
    """Return a page with the features of the catalog written anew.

    Raises
    ------
    ValueError
        When a marker is missing.
    """
    return between(page, FEATURES_BEGIN, FEATURES_END, render_features(catalog))


def main() -> None:
    """Renew the page named on the command line; run it in the folder of the project."""
    from covey.doctor import printed_by

    source, page = Path(sys.argv[1]), Path(sys.argv[2])
    text, known = page.read_text(encoding="utf-8"), source.read_text(encoding="utf-8")
    if source.suffix == ".csv":
        text = renew_features(text, known)
    else:
        text = renew_presets(renew(text, known), printed_by("covey_presets", "--target", "lint"))
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
