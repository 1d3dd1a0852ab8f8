"""Imports aiogram so that each of its types is built when it is first used.

aiogram declares its types as built later, and builds all of them as soon as they are imported, each with every type
below it: two thirds of the time that the import takes, and 80 MB for 400 types, of which a service uses some.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from pydantic import BaseModel


def import_aiogram() -> None:
    """Without effect where it is imported already. Not while another thread makes models."""
    if "aiogram" in sys.modules:
        return
    names: dict[str, Any] = {}  #: that the types' annotations use; their modules do not import each other
    build = BaseModel.__dict__["model_rebuild"].__func__

    def keep_names(cls: type[BaseModel], /, *, _types_namespace: Any = None, **how: Any) -> bool | None:
        if _types_namespace is not None:
            names.update(_types_namespace)
            return None
        built: bool | None = build(cls, **how)
        return built

    def build_with_names(cls: type[BaseModel], /, **how: Any) -> bool | None:
        """Pydantic calls it when a model is first used that is not built."""
        built: bool | None = build(cls, **{"_types_namespace": names, **how})
        return built

    original = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(keep_names)  # type: ignore[assignment, method-assign]
    try:
        methods, types = import_module("aiogram.methods"), import_module("aiogram.types")
    finally:
        BaseModel.model_rebuild = original  # type: ignore[method-assign]
    for base in (types.TelegramObject, methods.TelegramMethod, methods.Response, methods.Request):
        base.model_rebuild = classmethod(build_with_names)
    types.Update.model_rebuild()  # nobody waits for it with the first press of a button
