from django.urls import path

from . import views

urlpatterns = [
    path("", views.offer_current, name="offer_current"),
    path("<slug:slug>/", views.offer, name="offer"),
    path("<slug:slug>/claimed/<str:token>/", views.claimed, name="claimed"),
]
