from django.urls import path

from . import feeds, views

urlpatterns = [
    path("blog/", views.article_list, name="article_list"),
    path("blog/<slug:slug>/", views.article, name="article"),
    path("conditions/", views.conditions, name="conditions"),
    path("search/", views.search, name="search"),
    path("feed/", feeds.feed, name="feed"),
]
