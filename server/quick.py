"""Jinja where a page spends its time: calls, macros and escaping. What comes out is the same to the byte, which
tests/server/test_quick.py compares with Jinja as it comes."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from types import FunctionType
from typing import Any

from jinja2 import Environment, Template
from jinja2.runtime import Context, Macro
from jinja2.utils import missing

# nosemgrep: markup-is-made-in-one-place  # as Jinja does
from markupsafe import Markup, _escape_inner  # type: ignore[attr-defined]

from rooms.view import View

_marked = str.__new__
ALIKE = {"icon", "paper", "act"}  # macros that make the same of the same; of a view they take the room's alias only
MADE = 4_096  # kept per such macro and language


def escape(value: Any, /) -> str:
    """What goes on a page: HTML as it is, anything else escaped. Jinja's own makes a new Markup of either."""
    kind = type(value)
    if kind is Markup:  # nosemgrep: markup-is-made-in-one-place  # nothing becomes HTML here that was not
        return value  # type: ignore[no-any-return]
    if kind is str:
        return _escape_inner(value)
    return str(value.__html__()) if hasattr(value, "__html__") else _escape_inner(str(value))


class QuickMacro(Macro):
    """A macro that needs no context, and puts its arguments in place without looking for what none of ours has."""

    def __init__(self, environment: Environment, macro: Any, name: str, arguments: list[str], *rest: Any) -> None:
        super().__init__(environment, macro, name, arguments, *rest)
        self._made: dict[Any, str] = {}

    def quick(self, args: tuple[Any, ...], named: dict[str, Any]) -> str:
        """Calls it with positional and named arguments."""
        if self.name not in ALIKE:
            return self._call(args, named)
        if args and type(args[0]) is View:
            key: Any = (args[0].alias, *args[1:], *named.items(), *map(type, args[1:]), *map(type, named.values()))
        else:  # with the types: HTML equals the same text that is still to be escaped, and True equals 1
            key = (*args, *named.items(), *map(type, args), *map(type, named.values()))
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= MADE:
                self._made.clear()
            made = self._made[key] = self._call(args, named)
        return made

    def _call(self, args: tuple[Any, ...], named: dict[str, Any]) -> str:
        if self.caller or self.catch_kwargs or self.catch_varargs or len(args) > self._argument_count:
            return self(*args, **named)  # with its block, its rest, or its error
        values = [*args, *(named.pop(name, missing) for name in self.arguments[len(args) :])]
        if named:
            return self(*args, **named)
        return _marked(Markup, self._func(*values))  # nosemgrep: markup-is-made-in-one-place  # as Macro does


class QuickContext(Context):
    """The context that templates call functions in."""

    def call(__self, __obj: Callable[..., Any], *args: Any, **named: Any) -> Any:  # noqa: B902, N805 - as Jinja's own
        """Calls what a template calls."""
        if type(__obj) is QuickMacro:
            named.pop("_loop_vars", None)
            named.pop("_block_vars", None)
            return __obj.quick(args, named)
        if type(__obj) is FunctionType and not hasattr(__obj, "jinja_pass_arg"):
            named.pop("_loop_vars", None)
            named.pop("_block_vars", None)
            return __obj(*args, **named)
        return super().call(__obj, *args, **named)


class QuickTemplate(Template):
    """A compiled template with the above in place of Jinja's own."""

    @classmethod
    def from_code(
        cls, environment: Environment, code: Any, globals: MutableMapping[str, Any], uptodate: Any = None
    ) -> Template:
        """As Jinja makes one."""
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__.update(escape=escape, Macro=QuickMacro)
        return made
