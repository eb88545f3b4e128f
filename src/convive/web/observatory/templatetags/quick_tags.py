"""Tags that a page holds by the hundred, and parts of a page that many pages share.

Django's own way of a simple tag (arguments resolved one by one, the answer escaped by a function
that is ready for lazy texts) takes several times as long as what the tags of a page do themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.library import SimpleNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

Tag = Callable[..., Any]


class QuickNode(SimpleNode):
    """A simple tag whose answer is a text."""

    def render(self, context: template.Context) -> SafeString:
        """Return the escaped answer, or keep it under the name that was asked for."""
        given = [one.resolve(context) for one in self.args]
        named = {name: one.resolve(context) for name, one in self.kwargs.items()}
        answer = self.func(context, *given, **named)
        if self.target_var is not None:
            context[self.target_var] = answer
            return SafeString()
        if not context.autoescape or hasattr(answer, "__html__"):
            return SafeString(answer)
        return SafeString(escape(str(answer)))


class QuickTags:
    """Registers such tags; used as a decorator with the tag's name.

    Parameters
    ----------
    register : Library
        Where templates find them.
    """

    def __init__(self, register: template.Library) -> None:
        self._register = register

    def __call__(self, name: str) -> Callable[[Tag], Tag]:
        """Return what registers a function, which takes the context first, under a name."""

        def add(function: Tag) -> Tag:
            plain = template.Library()
            plain.simple_tag(function, takes_context=True, name=name)
            read = plain.tags[name]

            def compile_tag(parser: Parser, token: Token) -> QuickNode:
                node = read(parser, token)
                return QuickNode(
                    node.func, node.takes_context, node.args, node.kwargs, node.target_var
                )

            self._register.tag(name, compile_tag)
            return function

        return add


class KeptNode(template.Node):
    """A part of a page, kept with the audit that is shown."""

    def __init__(self, name: str, nodelist: template.NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: template.Context) -> SafeString:
        """Return the part as it was written last for the same audit, language and navigation."""
        site = context.get("kept_in")
        if site is None:
            return self.nodelist.render(context)
        nav = tuple((one["name"], one["text"], one["is_current"]) for one in context["nav"])
        key = ("part", self.name, context["language"], get_script_prefix(), nav)
        written: SafeString = site.keep(key, lambda: self.nodelist.render(context))
        return written
