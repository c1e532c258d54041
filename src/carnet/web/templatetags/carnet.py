"""Tags of our templates: sentences, numbers, days, addresses of static files."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django import template
from django.contrib.staticfiles import finders
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from carnet.assistant.words import formats
from carnet.web import words

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **slots: Any) -> str:
    """The sentence of that key in the page's language."""
    return words.say(context.get("lang", "en"), key, **slots)


@register.simple_tag(takes_context=True)
def number(context: Context, value: float, precision: int = 0) -> str:
    """A number with the language's separators."""
    return formats.number(value, context.get("lang", "en"), precision)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | str) -> str:
    """A day as a name, with its year."""
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return formats.day(when, context.get("lang", "en"))


@register.simple_tag(takes_context=True)
def form_token(context: Context) -> str:
    """The hidden field that proves a form is ours; a mark to fill in later where a page is made without a request."""
    token = context.get("csrf_token")
    return token_field(str(token)) if token and token != "NOTPROVIDED" else TOKEN_MARK


TOKEN_MARK = mark_safe("<!--form token-->")


def token_field(token: str) -> str:
    """The hidden field itself."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)


@register.filter
def urlword(value: str) -> str:
    """The text as one piece of an address, slashes and colons included."""
    return quote(value, safe="")


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file, with a digest so that it may be kept for good."""
    return _addressed(path)


@cache
def _addressed(path: str) -> str:
    found = finders.find(path)
    assert isinstance(found, str), path
    return f"/static/{path}?v={hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]}"
