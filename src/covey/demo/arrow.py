"""From numpy arrays to Arrow columns and Parquet files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from covey.demo.settings import Bools, Ints

MONEY = pa.decimal128(12, 2)
TIMESTAMP = pa.timestamp("us")
WORD = pa.dictionary(pa.int32(), pa.string())
COMPRESSION_LEVEL = 6


def words(codes: npt.NDArray[Any], values: Sequence[str]) -> pa.Array:
    """Return a dictionary column; a negative code is null.

    Equal values share one entry: Parquet writers give up dictionaries that repeat themselves,
    and then do not write the same bytes twice.
    """
    distinct = list(dict.fromkeys(values))
    if len(distinct) < len(values):
        place = {value: position for position, value in enumerate(distinct)}
        codes = np.where(codes < 0, -1, np.array([place[value] for value in values])[codes])
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(distinct, pa.string()))


def ids(prefix: str, numbers: Ints, *, width: int = 0, where: Bools | None = None) -> pa.Array:
    """Return strings of a prefix and a number, padded with zeros to the width; else null."""
    mask = None if where is None else ~where
    digits = pc.cast(pa.array(numbers, mask=mask), pa.string())
    if width:
        digits = pc.utf8_lpad(digits, width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def join(*parts: pa.Array | str) -> pa.Array:
    """Concatenate string columns and constants row by row."""
    return pc.binary_join_element_wise(*parts, "")


def numbers(values: npt.NDArray[Any], where: Bools | None = None) -> pa.Array:
    """Return a numeric or boolean column, null where not told."""
    return pa.array(values, mask=None if where is None else ~where)


def times(seconds: Ints, where: Bools | None = None) -> pa.Array:
    """Return UTC timestamps from seconds since 1970, null where not told."""
    mask = None if where is None else ~where
    return pa.array((seconds * 1_000_000).astype("datetime64[us]"), TIMESTAMP, mask=mask)


def dates(days: Ints, where: Bools | None = None) -> pa.Array:
    """Return dates from days since 1970, null where not told."""
    mask = None if where is None else ~where
    return pa.array(days.astype(np.int32), pa.int32(), mask=mask).cast(pa.date32())


def money(cents: Ints, where: Bools | None = None) -> pa.Array:
    """Return decimal(12, 2) amounts from whole cents, null where not told."""
    low_high = np.stack([cents, cents >> 63], axis=1)
    validity = None if where is None else pa.py_buffer(np.packbits(where, bitorder="little"))
    return pa.Array.from_buffers(
        MONEY, len(cents), [validity, pa.py_buffer(np.ascontiguousarray(low_high))]
    )


def coalesce(*columns: pa.Array) -> pa.Array:
    """Return the first value that is not null, row by row, as strings."""
    return pc.coalesce(*(plain(column) for column in columns))


def plain(column: pa.Array) -> pa.Array:
    """Return a dictionary column as strings, another one as it is."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def only(column: pa.Array, where: Bools) -> pa.Array:
    """Return the column with nulls where the condition does not hold."""
    return pc.if_else(pa.array(where), column, pa.scalar(None, column.type))


def take(column: pa.Array, rows: Ints) -> pa.Array:
    """Return the rows of a column; a negative row is null."""
    return column.take(pa.array(rows, mask=rows < 0))


def nulled(table: pa.Table, columns: Sequence[str], rows: Ints) -> pa.Table:
    """Return the table with nulls in the columns at the rows: a plainly invalid record."""
    if len(rows) == 0:
        return table
    keep = np.ones(table.num_rows, dtype=np.bool_)
    keep[rows] = False
    for name in columns:
        column = table.column(name).combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0)
        position = table.schema.get_field_index(name)
        table = table.set_column(position, name, only(column, keep))
    return table


def repeated(table: pa.Table, rows: Ints) -> pa.Table:
    """Return the table with the rows written a second time at its end."""
    return table if len(rows) == 0 else pa.concat_tables([table, table.take(pa.array(rows))])


def some_rows(rng: np.random.Generator, count: int, share: float) -> Ints:
    """Return distinct sorted row numbers, about `share` of `count` and one at least from 100."""
    wanted = max(round(count * share), 1 if count >= 100 else 0)
    chosen: Ints = np.sort(rng.choice(count, size=min(wanted, count), replace=False))
    return chosen


class Files:
    """Parquet writers, one per file, opened at its first table."""

    def __init__(self, out: Path, sorted_columns: Mapping[str, Sequence[str]]) -> None:
        self._out = out
        self._sorted_columns = sorted_columns
        self._writers: dict[str, pq.ParquetWriter] = {}
        self.rows: dict[str, int] = {}

    def write(self, name: str, table: pa.Table) -> None:
        """Append a table to `<name>.parquet`, one row group."""
        if name not in self._writers:
            self._writers[name] = self._open(name, table.schema)
        self._writers[name].write_table(table, row_group_size=1_048_576)
        self.rows[name] = self.rows.get(name, 0) + table.num_rows

    def _open(self, name: str, schema: pa.Schema) -> pq.ParquetWriter:
        path = self._out / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        ordered = set(self._sorted_columns.get(name, ()))
        encodings = {
            field.name: "DELTA_BYTE_ARRAY"
            if pa.types.is_string(field.type)
            else "DELTA_BINARY_PACKED"
            for field in schema
            if field.name in ordered
        }
        return pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=[field.name for field in schema if field.name not in ordered],
            column_encoding=encodings,
            store_schema=False,
            store_decimal_as_integer=True,
        )

    def __enter__(self) -> Files:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every writer."""
        for writer in self._writers.values():
            writer.close()
