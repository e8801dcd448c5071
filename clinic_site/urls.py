"""All addresses of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from blog.sitemaps import ArticleSitemap, MuscleSitemap
from offers.demand_views import article_demand
from offers.funnel_views import funnel
from offers.health_views import article_health
from offers.month_views import month_summary

from . import cards, machine_views, media, report_views, staff_views, views
from .sitemaps import FixedSitemap, PageSitemap, PeopleSitemap

SITEMAPS = {
    "fixed": FixedSitemap,
    "articles": ArticleSitemap,
    "muscles": MuscleSitemap,
    "pages": PageSitemap,
    "people": PeopleSitemap,
}
PAGES = {
    "about": "about",
    "first_visit": "first-visit",
    "privacy": "privacy",
    "accessibility": "accessibility",
    "how_we_check": "how-we-check-our-pages",
}

staff_urls = [
    path("sign-in/<str:token>/", staff_views.sign_in, name="sign_in"),
    path("offers/funnel/", admin.site.admin_view(funnel), name="funnel"),
    path("offers/month/", admin.site.admin_view(month_summary), name="month_summary"),
    path("articles/health/", admin.site.admin_view(article_health), name="article_health"),
    path("articles/demand/", admin.site.admin_view(article_demand), name="article_demand"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("contact/", views.contact, name="contact"),
    path("prices/", views.prices, name="prices"),
    *(path(f"{slug}/", views.page, {"slug": slug}, name=name) for name, slug in PAGES.items()),
    path("what-patients-say/", views.what_patients_say, name="what_patients_say"),
    path("team/<slug:slug>/", views.team_member, name="team_member"),
    path("report/", report_views.report, name="report"),
    path("report/sent/", report_views.report_sent, name="report_sent"),
    path("", include("blog.urls")),
    path("offers/", include("offers.urls")),
    path("desk/", include("offers.desk_urls")),
    path("sitemap.xml", machine_views.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("cards/<slug:kind>/<slug:slug>.png", cards.card, name="card"),
    path(
        "sitemap-<slug:section>.xml",
        machine_views.sitemap_section,
        {"sitemaps": SITEMAPS},
        name="sitemap_section",
    ),
    path("robots.txt", machine_views.robots, name="robots"),
    path(".well-known/security.txt", machine_views.security_txt, name="security_txt"),
    path("favicon.ico", machine_views.favicon),
    path("healthz", machine_views.healthz, name="healthz"),
    re_path(rf"^{settings.MEDIA_URL[1:]}(?P<path>.+)$", media.media, name="media"),
    path(f"{settings.STAFF_PATH}/", include(staff_urls)),
    path(f"{settings.STAFF_PATH}/", admin.site.urls),
]

handler400 = "clinic_site.error_views.bad_request"
handler403 = "clinic_site.error_views.permission_denied"
handler404 = "clinic_site.error_views.not_found"
handler500 = "clinic_site.error_views.server_error"
