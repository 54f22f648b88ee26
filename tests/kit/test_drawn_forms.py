"""How fields are drawn when something typed cannot be shown by the control that was meant for it."""

from __future__ import annotations

import re

from django import forms


class Asked(forms.Form):
    channels = forms.MultipleChoiceField(choices=[(n, n) for n in "abc"], widget=forms.CheckboxSelectMultiple)  # fmt: skip
    channels_2 = forms.MultipleChoiceField(choices=[(n, n) for n in "abc"], widget=forms.CheckboxSelectMultiple)  # fmt: skip
    visitors = forms.IntegerField(min_value=0, max_value=9)


def test_no_id_is_drawn_twice_where_a_key_looks_like_the_choice_of_another() -> None:
    ids = re.findall(r' id="([^"]+)"', Asked().as_div())
    assert len(ids) == len(set(ids))
    targets = re.findall(r' for="([^"]+)"', Asked().as_div())
    assert set(targets) <= set(ids)


def test_number_that_is_none_is_shown_as_typed_without_the_bounds_of_a_number_control() -> None:
    drawn = str(Asked({"visitors": "about 40"})["visitors"])
    assert 'type="text"' in drawn
    assert 'value="about 40"' in drawn
    assert 'inputmode="numeric"' in drawn
    assert not re.search(r" (min|max|step)=", drawn)
    assert re.search(r'type="number".* max="9"', str(Asked()["visitors"]))
