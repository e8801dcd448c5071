"""Articles, as the people who write and publish them see them."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from . import admin_rows as rows
from . import admin_views as pages
from . import history_views, move_views, preview_views, publish_views, review_views
from .admin_advice import AdviceEditionAdmin, AfterStepAdmin, CautionAdmin, HarmAdmin, StandingTextAdmin
from .admin_sources import SourceAdmin
from .admin_states import state_of, with_states
from .admin_topics import ConditionAdmin, EditionAdmin, MuscleAdmin, RegionAdmin
from .admin_writing import WritingAdmin
from .archive_admin import ShownPageAdmin
from .models import (
    AdviceEdition,
    AfterStep,
    Article,
    Caution,
    Condition,
    Edition,
    Harm,
    Muscle,
    Region,
    ShownPage,
    Source,
    StandingText,
)
from .readability import prose_of, reading_of
from .starts import starts

Part = tuple[str, dict[str, Any]] | type[rows.Rows]

# The editing page from top to bottom, in the order of the public page.
PARTS: list[Part] = [
    ("Title and address", {"fields": ["title", "slug", "standfirst"]}),
    ("What it is about", {"fields": ["condition", "regions"]}),
    rows.KeyPointRows,
    ("The text", {"fields": ["body"]}),
    rows.PictureRows,
    ("Other options", {"fields": ["other_options"]}),
    rows.BenefitRows,
    ("The muscles", {"fields": ["muscles_intro", "unlinked_muscles"]}),
    rows.MuscleRows,
    ("Two treatments compared", {"fields": [("comparison_left", "comparison_right")]}),
    rows.ComparisonRows,
    rows.QuestionRows,
    ("In short", {"fields": ["conclusion"]}),
    rows.CitationRows,
    ("Who stands for it", {"fields": ["author", "reviewer", ("reviewed_on", "next_review_on")]}),
    ("In search results", {"fields": ["search_title", "description"], "classes": ["collapse"]}),
]


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            *(("public", "Public"), ("coming", "Coming")),
            *(("draft", "Never published"), ("withdrawn", "Withdrawn")),
            ("unsigned", "Public, nobody has signed it"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        wanted = {  # nearly all are public: as many are looked at as a page shows
            "public": Q(Exists(Edition.objects.live().filter(article=OuterRef("pk")))),
            "coming": Q(pk__in=Edition.objects.coming().values("article")),
            "draft": ~Q(Exists(Edition.objects.filter(article=OuterRef("pk"), called_off_at=None))),
            "withdrawn": ~Q(withdrawn_at=None),
            "unsigned": Q(pk__in=Edition.objects.live().filter(published_by=None).values("article")),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


class ReviewFilter(admin.SimpleListFilter):
    title = "next review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "Overdue"), ("soon", "Due within 60 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        today = timezone.localdate()
        if self.value() == "overdue":
            return queryset.filter(next_review_on__lte=today)
        if self.value() == "soon":
            return queryset.filter(next_review_on__range=(today, today + dt.timedelta(days=60)))
        return queryset


class ArticleList(ChangeList):
    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return with_states(super().get_queryset(request, *args, **kwargs))


class ArticleAdmin(WritingAdmin):
    plain_words = "Write, look at the preview, publish. Patients see only what has been published."
    list_display = ["title", "state", "condition", "reviewed", "next_review", "last_change"]
    list_filter = [StateFilter, ReviewFilter, "condition"]
    search_fields = ["title", "slug", "standfirst", "condition__name"]
    ordering = ["title"]
    list_per_page = 25  # a hundred lines take a second on a phone, and the search finds any
    show_full_result_count = False
    fieldsets: ClassVar[Any] = [part for part in PARTS if isinstance(part, tuple)]
    inlines = [part for part in PARTS if not isinstance(part, tuple)]

    def get_urls(self) -> list[URLPattern]:
        views = {
            "preview": preview_views.preview,
            "widths": preview_views.widths,
            "links": preview_views.links,
            "end_link": preview_views.end_link,
            "publish": publish_views.publish_page,
            "warnings": publish_views.decide,
            "ask_again": publish_views.take_back,
            "sign": publish_views.sign_page,
            "withdraw": pages.withdraw_page,
            "call_off": pages.call_off_page,
            "editions": history_views.editions,
            "compare": history_views.compare_page,
            "address": move_views.move_page,
        }
        guard = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name}/", guard(view), name=f"blog_article_{name}")
            for name, view in views.items()
        ]
        one = path("<int:pk>/editions/<int:number>/", guard(pages.edition), name="blog_article_edition")
        kept = path("<int:pk>/restore/<int:kept>/", guard(history_views.restore), name="blog_article_restore")
        return [*own, one, kept, *review_views.own_pages(guard), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ArticleList

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """An address that has been public stays: it is in search engines and on paper."""
        return ["slug"] if obj and obj.editions.exists() else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Article | None = None) -> Any:
        return {} if self.get_readonly_fields(request, obj) else {"slug": ["title"]}

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """What has been public is withdrawn, never deleted."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.editions.exists())

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new article begins with the headings of what it is about, when one of its kinds is asked for."""
        start = starts().get(request.GET.get("start", ""))
        return super().get_changeform_initial_data(request) | ({"body": start.body} if start else {})

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: Any = None) -> HttpResponse:
        return self.response_change(request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        """Stay with the article, or go on to where the pressed button leads."""
        for page in ("preview", "publish"):
            if f"_{page}" in request.POST:
                return redirect(f"admin:blog_article_{page}", obj.pk)
        self.message_user(request, "Saved. Patients see it once it is published.", messages.SUCCESS)
        return redirect("admin:blog_article_change", obj.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article = kwargs.get("obj")
        context["parts"] = _in_order(context["adminform"], context["inline_admin_formsets"])
        context["may_publish"] = pages.may_publish(request)
        if article is None:
            context["starts"], context["start"] = starts(), request.GET.get("start", "")
        else:
            saved = with_states(Article.objects.all()).get(pk=article.pk)
            context["state"], context["reading"] = state_of(saved), reading_of(prose_of(saved))
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="state")
    def state(self, article: Article) -> SafeString:
        state = state_of(article)
        return format_html('<span class="state state--{}">{}</span>', state.kind, state.words)

    @admin.display(description="reviewed", ordering="reviewed_on", empty_value="not yet")
    def reviewed(self, article: Article) -> str | None:
        return date_format(article.reviewed_on, "N j, Y") if article.reviewed_on else None

    @admin.display(description="next review", ordering="next_review_on", empty_value="no date yet")
    def next_review(self, article: Article) -> SafeString | None:
        day = article.next_review_on
        if day is None:
            return None
        words = date_format(day, "N j, Y")
        if day > timezone.localdate():
            return format_html("{}", words)
        return format_html('<strong class="overdue">Overdue since {}</strong>', words)

    @admin.display(description="last changed", ordering="changed_at")
    def last_change(self, article: Article) -> str:
        by = f" by {article.changed_by}" if article.changed_by else ""
        return f"{date_format(timezone.localtime(article.changed_at), 'N j, Y')}{by}"


def _in_order(form: AdminForm, formsets: list[Any]) -> list[dict[str, Any]]:
    """Fieldsets and rows as one list; Django's own page puts all rows after all fieldsets."""
    fieldsets = iter(form)
    by_class = {type(formset.opts): formset for formset in formsets}
    return [
        {"fieldset": next(fieldsets)} if isinstance(part, tuple) else {"rows": by_class.get(part)}
        for part in PARTS
    ]


# In the order in which the staff home page shows them.
admin.site.register(Article, ArticleAdmin)
admin.site.register(Condition, ConditionAdmin)
admin.site.register(AdviceEdition, AdviceEditionAdmin)
admin.site.register(Caution, CautionAdmin)
admin.site.register(AfterStep, AfterStepAdmin)
admin.site.register(Harm, HarmAdmin)
admin.site.register(StandingText, StandingTextAdmin)
admin.site.register(Muscle, MuscleAdmin)
admin.site.register(Source, SourceAdmin)
admin.site.register(Region, RegionAdmin)
admin.site.register(Edition, EditionAdmin)
admin.site.register(ShownPage, ShownPageAdmin)
