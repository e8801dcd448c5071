from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ClinicSiteConfig(AppConfig):
    name = "clinic_site"
    verbose_name = "The clinic"


class StaffAdminConfig(AdminConfig):
    default_site = "clinic_site.staff_site.StaffSite"
