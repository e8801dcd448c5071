from django.urls import path

from . import desk_views

urlpatterns = [
    path("", desk_views.desk, name="desk"),
    path("<int:pk>/", desk_views.person, name="desk_lead"),
    path("<int:pk>/redeem/", desk_views.redeem, name="desk_redeem"),
    path("<int:pk>/undo/", desk_views.undo, name="desk_undo"),
]
