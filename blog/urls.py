from django.urls import path

from . import feeds, library_views, llms, preview_views, search_views, views

urlpatterns = [
    path("blog/", views.article_list, name="article_list"),
    path("blog/<slug:slug>/", views.article, name="article"),
    path("preview/<str:token>/", preview_views.shared, name="preview"),
    path("conditions/", library_views.conditions, name="conditions"),
    path("muscles/", library_views.muscles, name="muscles"),
    path("muscles/<slug:slug>/", library_views.muscle, name="muscle"),
    path("find/", library_views.find, name="find"),
    path("search/", search_views.search, name="search"),
    path("feed/", feeds.feed, name="feed"),
    path("llms.txt", llms.llms, name="llms"),
]
