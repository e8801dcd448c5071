from django.urls import path

from . import taps, ticket_views, views

TICKET = "<slug:slug>/claimed/<str:token>/"

urlpatterns = [
    path("", views.offer_current, name="offer_current"),
    path("count/tap/", taps.tap, name="tap"),
    path("stop/<str:signed>/", ticket_views.mail_stop, name="mail_stop"),
    path("<slug:slug>/", views.offer, name="offer"),
    path(TICKET, ticket_views.claimed, name="claimed"),
    path(f"{TICKET}reach/", ticket_views.reach, name="claimed_reach"),
    path(f"{TICKET}stop/", ticket_views.stop, name="claimed_stop"),
    path(f"{TICKET}delete/", ticket_views.delete, name="claimed_delete"),
    path(f"{TICKET}last-day.ics", ticket_views.last_day, name="claimed_last_day"),
]
