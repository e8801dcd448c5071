"""An article's form against the article as it is stored now: what differs, and how the form is brought up to it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django_prose_editor.fields import ProseEditorFormField

from clinic_site.rich_text import as_lines

from .differences import Line, Piece, compare, has_changed

MOST_ROWS = 1000  # of one kind on a form, as Django has it
Row = dict[str, list[str]]
FormSet = Any  # an inline's, of one of many kinds


class Change(NamedTuple):
    """One field: as it is stored on the left, and as it was typed on the right."""

    label: str
    lines: list[Line]


def changes(form: forms.BaseForm, formsets: Sequence[FormSet]) -> list[Change]:
    """What saving the bound `form` and its rows would change."""
    found = [
        _change(form, name, _label(form, name)) for name in form.changed_data if not _is_hidden(form, name)
    ]
    for formset in formsets:
        kind = capfirst(str(formset.model._meta.verbose_name))
        for row in formset.forms:
            found += _row_changes(row, f"{kind}: {row.name}" if row.name else f"New: {kind.lower()}")
    return [change for change in found if has_changed(change.lines)]


def _row_changes(row: forms.BaseForm, name: str) -> Iterator[Change]:
    if "DELETE" in row.changed_data:
        yield Change(name, list(compare(["is there"], ["deleted"])))
        return
    for field in row.changed_data:
        if not _is_hidden(row, field):
            yield _change(row, field, f"{name}, {_label(row, field).lower()}")


def _label(form: forms.BaseForm, name: str) -> str:
    return str(form[name].label)


def _is_hidden(form: forms.BaseForm, name: str) -> bool:
    return form[name].is_hidden


def _change(form: forms.BaseForm, name: str, label: str) -> Change:
    field = form.fields[name]
    stored, typed = _stored_words(form, name), _words(field, form[name].value())
    return Change(label, list(compare(stored.splitlines(), typed.splitlines())))


def _stored_words(form: forms.BaseForm, name: str) -> str:
    field = form.fields[name]
    return _words(field, field.prepare_value(form.get_initial_for_field(field, name)))


def _words(field: forms.Field, value: Any) -> str:
    """A value as its reader sees it."""
    if value is None:
        return ""
    if isinstance(field, ProseEditorFormField):
        return "\n".join(as_lines(str(value)))
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        wanted = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
        choices: Any = field.choices
        return ", ".join(str(label) for key, label in choices if str(key) in wanted and str(key))
    return str(value)


def added_elsewhere(data: QueryDict, formsets: Iterable[FormSet]) -> list[Change]:
    """Rows that are stored and that whoever typed `data` did not have on the page; `formsets` are unbound."""
    found = []
    for formset in formsets:
        kind = str(formset.model._meta.verbose_name)
        unknown = _sorted_out(_take(data.copy(), formset.prefix), _stored(formset))[2]
        for form in (form for form in formset.initial_forms if str(form.instance.pk) in unknown):
            shown = [name for name in form.fields if name not in {"DELETE", "position"}]
            values = [_stored_words(form, name) for name in shown if not _is_hidden(form, name)]
            stored = " ".join(value for value in values if value)
            line = Line((Piece(stored),), (Piece("It stays when you save."),))
            found.append(Change(f"Added there: {kind}", [line]))
    return found


def rebased(data: QueryDict, formsets: Iterable[FormSet]) -> QueryDict:
    """`data` as if it were typed over the article as it is now; `formsets` are unbound.

    Rows that somebody added stand there as they are stored; a row that somebody deleted and that is still in `data`
    becomes a new one. What `data` adds and somebody (or the same press of a button) has added already is there once.
    """
    data = data.copy()
    for formset in formsets:
        _rebase(data, formset)
    return data


def _rebase(data: QueryDict, formset: FormSet) -> None:
    stored = _stored(formset)
    kept, new, unknown = _sorted_out(_take(data, formset.prefix), stored)
    kept += [stored[pk] for pk in unknown]
    unsaved = {"id": [""], formset.fk.name: [str(formset.instance.pk or "")]}
    for index, row in enumerate([*kept, *(row | unsaved for row in new)]):
        for name, values in row.items():
            data.setlist(f"{formset.prefix}-{index}-{name}", values)
    data[f"{formset.prefix}-TOTAL_FORMS"] = str(len(kept) + len(new))
    data[f"{formset.prefix}-INITIAL_FORMS"] = str(len(kept))


def _stored(formset: FormSet) -> dict[str, Row]:
    return {str(form.instance.pk): _as_typed(form) for form in formset.initial_forms}


def _sorted_out(posted: list[Row], stored: dict[str, Row]) -> tuple[list[Row], list[Row], list[str]]:
    """Posted rows that are stored; those that are new; and the keys of stored ones that nobody posted."""
    kept = [row for row in posted if _id(row) in stored]
    new = [row for row in posted if _id(row) not in stored and not any(row.get("DELETE", []))]
    there, unknown = {_id(row) for row in kept}, []
    for pk in (pk for pk in stored if pk not in there):
        if twin := next((row for row in new if _same(row, stored[pk])), None):
            new.remove(twin)
            kept.append(stored[pk])
        else:
            unknown.append(pk)
    return kept, new, unknown


def _id(row: Row) -> str:
    return next(iter(row.get("id", [])), "")


def _as_typed(form: forms.BaseForm) -> Row:
    values = {name: form[name].value() for name in form.fields if name != "DELETE"}
    return {name: ["" if value is None else str(value)] for name, value in values.items()}


def _same(row: Row, other: Row) -> bool:
    apart = {"id", "article", "position"}
    return all(row.get(name, [""]) == value for name, value in other.items() if name not in apart)


def _take(data: QueryDict, prefix: str) -> list[Row]:
    """The posted rows in their order, out of `data`."""
    pattern = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-(\w+)")
    total = data.get(f"{prefix}-TOTAL_FORMS") or ""
    rows: list[Row] = [{} for _ in range(min(int(total), MOST_ROWS) if total.isdecimal() else 0)]
    for key in list(data):
        if match := pattern.fullmatch(key):
            values = data.pop(key)
            if int(match[1]) < len(rows):
                rows[int(match[1])][match[2]] = [str(value) for value in values]
    return [row for row in rows if row]
