from django.db import models


class Request(models.Model):
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    contact_by = models.CharField(max_length=5)
    region = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    text_consent = models.BooleanField()
    news_consent = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return f"Request no. {self.pk}"
