from django.urls import path

from . import taps, views

urlpatterns = [
    path("", views.offer_current, name="offer_current"),
    path("count/tap/", taps.tap, name="tap"),
    path("<slug:slug>/", views.offer, name="offer"),
    path("<slug:slug>/claimed/<str:token>/", views.claimed, name="claimed"),
]
