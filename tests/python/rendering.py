"""Models rendered as dbt would for any warehouse, without an adapter or a connection."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dbt.include.global_project
import jinja2
import yaml

ROOT = Path(__file__).parents[2]
PARENTS = {"databricks": ("spark",), "redshift": ("postgres",)}
"""Adapter -> adapters whose macros it takes over."""


class Returned(BaseException):
    """What a macro gives back by `return`: dbt ends the macro there."""

    def __init__(self, value: Any) -> None:
        self.value = value


def give_back(value: Any) -> None:
    raise Returned(value)


def refuse(message: str) -> None:
    raise ValueError(message)


@cache
def macro_files() -> tuple[tuple[str, str], ...]:
    """Package and text of every file of macros: covey's own, and those that come with dbt."""
    globally = Path(dbt.include.global_project.__file__).parent / "macros"
    own = [("covey", path) for path in sorted((ROOT / "macros").rglob("*.sql"))]
    shared = [("dbt", path) for path in sorted((globally / "utils").glob("*.sql"))]
    return tuple((package, path.read_text(encoding="utf-8")) for package, path in shared + own)


class Reference(str):
    """A relation, which says its name whether or not a batch bounds it."""

    def render(self) -> str:
        return str(self)


class Package:
    """The macros of one package, called as `package.macro()`."""

    def __init__(self, macros: Mapping[str, Callable[..., Any]]) -> None:
        self.macros = macros

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self.macros:
            raise AttributeError(name)
        return self.macros[name]


class Renderer:
    """dbt's Jinja for one adapter.

    Parameters
    ----------
    adapter
        Its macros `<adapter>__<macro>` are taken before `default__<macro>`.
    macros
        Name -> function that takes the place of a macro of covey.
    variables
        Vars that differ from those of the project.
    is_incremental
        Whether the table is there already.
    relation
        Name of a model -> its relation; that of the table that is being built is `this_table`.
    """

    def __init__(
        self,
        adapter: str,
        *,
        macros: Mapping[str, Callable[..., Any]] | None = None,
        variables: Mapping[str, Any] | None = None,
        is_incremental: bool = False,
        relation: Callable[[str], str] = str,
    ) -> None:
        project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
        self.variables = {**project["vars"]["covey"], **(variables or {})}
        self.prefixes = (adapter, *PARENTS.get(adapter, ()), "default")
        self.packages: dict[str, dict[str, Callable[..., Any]]] = {"covey": {}, "dbt": {}}
        self.environment = jinja2.Environment(
            extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined
        )
        batch = SimpleNamespace(
            event_time_start=datetime.datetime(2026, 1, 1),
            event_time_end=datetime.datetime(2026, 2, 1),
        )
        model = SimpleNamespace(raw_code="", name="model", batch=batch)
        self.environment.globals |= {
            "return": give_back,
            "var": lambda name, default=None: self.variables.get(name, default),
            "ref": lambda *names: Reference(relation(names[-1])),
            "config": lambda **_: "",
            "this": relation("this_table"),
            "model": model,
            "is_incremental": lambda: is_incremental,
            "execute": False,
            "run_started_at": datetime.datetime(2026, 1, 1),
            "target": {},
            "project_name": "covey",
            "tojson": json.dumps,
            "local_md5": lambda text: f"{len(text):032d}",
            "modules": SimpleNamespace(re=re, datetime=datetime),
            "exceptions": SimpleNamespace(raise_compiler_error=refuse),
            "api": SimpleNamespace(Column=SimpleNamespace(translate_type=str.upper)),
            "adapter": SimpleNamespace(dispatch=self.dispatch),
            "covey": Package(self.packages["covey"]),
            "dbt": Package(self.packages["dbt"]),
        }
        for package, text in macro_files():
            # Tests and materialisations are dbt's own blocks: no model calls them.
            if re.search(r"{%-? *(test|materialization)\b", text):
                continue
            module = self.environment.from_string(text).module
            for name, macro in vars(module).items():
                if isinstance(macro, jinja2.runtime.Macro):
                    self.packages[package][name] = self.returning(macro)
        # The checks of the vars look at dbt's manifest.
        self.packages["covey"]["setting"] = self.variables.__getitem__
        self.packages["covey"] |= macros or {}

    def returning(self, macro: Callable[..., Any]) -> Callable[..., Any]:
        """Let a macro end with `return`."""

        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return macro(*arguments, **named)
            except Returned as returned:
                return returned.value

        return call

    def dispatch(self, name: str, package: str = "dbt") -> Callable[..., Any]:
        """Find the macro of the adapter, as dbt does."""
        for prefix in self.prefixes:
            if f"{prefix}__{name}" in self.packages[package]:
                return self.packages[package][f"{prefix}__{name}"]
        raise ValueError(f"no macro {name!r} in {package!r} for {self.prefixes}")

    def render(self, text: str) -> str:
        """Render the text of a model or an expression."""
        return self.environment.from_string(text).render()

    def model(self, path: str) -> str:
        """Render a model by its path below the project."""
        return self.render((ROOT / path).read_text(encoding="utf-8"))


def models_of(folders: Iterable[str]) -> list[str]:
    """List the SQL models of folders, as paths below the project."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.sql"))]
    return [str(path.relative_to(ROOT)) for path in found]
