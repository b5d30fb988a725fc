"""The input contract as Markdown, from the YAML that the staging models read it from.

``python -m covey.contract models/staging/base/_base__models.yml docs/map-your-data.md`` renews the
part of the page between the two markers.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

BEGIN = "<!-- contract: begin -->"
END = "<!-- contract: end -->"


def render_contract(contract: str) -> str:
    """Describe each input and its columns.

    Parameters
    ----------
    contract
        Text of the YAML file of the base models.
    """
    lines = []
    for model in yaml.safe_load(contract)["models"]:
        grain = model["description"].split(" Every row of the input")[0].strip()
        lines += [f"### {model['config']['meta']['input']}", "", f"One row: {grain}", ""]
        lines += ["| column | type | | meaning |", "|---|---|---|---|"]
        for column in model["columns"]:
            need = column.get("config", {}).get("meta", {}).get("contract")
            if need:
                mark = "required" if need == "required" else ""
                lines.append(
                    f"| `{column['name']}` | {column['data_type']} | {mark} "
                    f"| {column['description']} |"
                )
        lines.append("")
    return "\n".join(lines)


def renew(page: str, contract: str) -> str:
    """Return a page with the part between the markers written anew.

    Raises
    ------
    ValueError
        When a marker is missing.
    """
    if BEGIN not in page or END not in page:
        raise ValueError(f"the page must hold {BEGIN!r} and {END!r}")
    head, rest = page.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    return f"{head}{BEGIN}\n\n{render_contract(contract)}\n{END}{tail}"


def main() -> None:
    """Renew the page named on the command line."""
    contract, page = Path(sys.argv[1]), Path(sys.argv[2])
    text = renew(page.read_text(encoding="utf-8"), contract.read_text(encoding="utf-8"))
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
