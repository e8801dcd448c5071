"""The field in which a source is picked from hundreds: by search, or without script by its short name."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect

from .sources import Source


class SourceSelect(AutocompleteSelect):
    """Of all choices, which the rows read once, only the chosen one is printed."""

    template_name = "admin/blog/source/select.html"

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        known: Any = self.choices
        chosen = [(str(key), label) for key, label in known if str(key) and str(key) in value]
        options = enumerate([("", ""), *chosen])
        made = [self.create_option(name, key, label, key in value, at) for at, (key, label) in options]
        return [(None, made, 0)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        is_key = isinstance(value, str) and not value.isdecimal()
        return context | {"key_name": f"{name}-key", "typed_key": value if is_key else ""}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """A typed short name that no source has is returned as it is, and refused as a choice."""
        typed = (data.get(f"{name}-key") or "").strip()
        if not typed:
            return super().value_from_datadict(data, files, name)
        source = Source.objects.filter(key__iexact=typed).first()
        return str(source.pk) if source else typed
