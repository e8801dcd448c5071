"""A form, a view, and the page after it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from .models import Request

REGIONS = ["head", "jaw", "neck", "shoulder", "elbow", "hand", "back", "hip", "knee", "foot", "other"]


class RequestForm(forms.Form):
    name = forms.CharField(max_length=100)
    phone = forms.CharField(max_length=40, required=False)
    email = forms.EmailField(required=False)
    contact_by = forms.ChoiceField(
        choices=[("call", "Call me"), ("text", "Text me"), ("email", "E-mail me")], widget=forms.RadioSelect
    )
    region = forms.ChoiceField(choices=[(region, region.capitalize()) for region in REGIONS])
    note = forms.CharField(max_length=500, required=False, widget=forms.Textarea)
    text_consent = forms.BooleanField(required=False)
    news_consent = forms.BooleanField(required=False)


def form(request: HttpRequest) -> HttpResponse:
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        Request(**form.cleaned_data).save()
        return redirect("thanks")
    return render(request, "form.html", {"form": form})


def thanks(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Thank you.")


urlpatterns = [path("offers/new-patient/", form), path("thanks/", thanks, name="thanks")]
