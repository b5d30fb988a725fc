"""One row per line of an invoice or a credit note, read from xlsx, CSV or Parquet."""

import pandas as pd

COLUMNS = [
    "invoice_no",
    "stock_code",
    "description",
    "quantity",
    "invoice_date",
    "unit_price",
    "customer_id",
    "country",
]
# Cells of a workbook have no common type: most invoices and articles are numbers, others texts.
TEXTS = ["invoice_no", "stock_code", "description", "country"]
TYPES = dict.fromkeys(TEXTS, "str") | {"unit_price": "float64", "customer_id": "Int64"}


def model(dbt, session):
    """Return the lines, their columns named by position: each copy spells the names in its way."""
    dbt.config(materialized="table")
    file = dbt.config.get("file")
    if not file.lower().endswith(".xlsx"):
        names = ", ".join(COLUMNS)
        # A path, or a call that says how to read it.
        lines = file if file.endswith(")") else f"'{file}'"
        return session.sql(f"select {names} from {lines} as lines ({names})")
    # Only an empty cell is empty: a text such as NA is what it says.
    cells = {"usecols": range(len(COLUMNS)), "keep_default_na": False, "na_values": [""]}
    return pd.read_excel(file, names=COLUMNS, dtype=TYPES, **cells)
