"""Many things to choose from, as checkboxes in a fold that says on its outside which are chosen."""

from typing import Any

from django import forms


class FoldedChoices(forms.CheckboxSelectMultiple):
    template_name = "admin/folded_choices.html"

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """The chosen ones first: nobody searches for them."""
        return sorted(super().optgroups(name, value, attrs), key=lambda group: not group[1][0]["selected"])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        options = [group[1][0] for group in context["widget"]["optgroups"]]
        chosen = [str(option["label"]) for option in options if option["selected"]]
        return context | {"chosen": chosen, "total": len(options)}
