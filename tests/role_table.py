"""Who of the staff may what, at every address: what tests/test_roles.py holds the site to.

Rows of a model: l list, h history, v view, c change, a add, d delete. Other pages: r read (GET), w write (POST).
An edition's page answers a POST by showing it again: no edition can be changed (tests/test_editions.py).
"""

ROLES = ("Editor", "Reviewer", "Front desk", "Manager", "Owner")


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Name -> what each of ROLES may."""
    rows = [line.split() for line in text.strip().splitlines()[1:]]
    assert all(len(row) == 1 + len(ROLES) for row in rows)
    return {row[0]: tuple(row[1:]) for row in rows}


MODELS = _table("""
name                                Editor     Reviewer   Front-desk Manager    Owner
auth_group                          -          -          -          -          -
auth_user                           -          -          -          -          lhvcad
blog_adviceedition                  lhvc       lhvc       -          -          lhvc
blog_afterstep                      lhvcad     lhv        -          -          lhvcad
blog_article                        lhvca      lhv        -          -          lhvca
blog_caution                        lhvcad     lhv        -          -          lhvcad
blog_condition                      lhvca      lhv        -          -          lhvcad
blog_edition                        lhvc       lhvc       -          -          lhvc
blog_harm                           lhvcad     lhv        -          -          lhvcad
blog_muscle                         lhvca      lhv        -          -          lhvcad
blog_region                         lhvca      lhv        -          -          lhvca
blog_shownpage                      lhv        lhv        -          -          lhv
blog_source                         lhvca      lhv        -          -          lhvcad
blog_standingtext                   lhvca      lhv        -          -          lhvcad
clinic_site_auditentry              -          -          -          -          lhv
clinic_site_clinic                  -          -          -          -          lhvc
clinic_site_closure                 -          -          -          -          lhvcad
clinic_site_fee                     -          -          -          -          lhvcad
clinic_site_miss                    lhvd       -          -          -          lhvd
clinic_site_openinghours            -          -          -          -          lhvcad
clinic_site_page                    -          -          -          -          lhvc
clinic_site_pagereport              lhvcd      -          -          -          lhvcd
clinic_site_picture                 lhvcad     -          -          -          lhvcad
clinic_site_practitioner            lhv        -          -          -          lhvcad
clinic_site_redirect                lhvcad     -          -          -          lhvcad
clinic_site_searchcount             lhv        -          -          -          lhv
clinic_site_synonym                 lhvcad     -          -          -          lhvcad
clinic_site_testimonial             -          -          -          lhvca      lhvcad
offers_consent                      -          -          -          -          lhv
offers_consenttext                  -          -          -          -          lhvcad
offers_donotcontact                 -          -          -          -          lhv
offers_exportlog                    -          -          -          lhv        lhv
offers_lead                         -          -          lhv        lhv        lhv
offers_notice                       -          -          lhv        lhv        lhv
offers_offer                        -          -          -          -          lhvcad
offers_recipient                    -          -          -          -          lhvcad
""")

PAGES = _table("""
name                                Editor     Reviewer   Front-desk Manager    Owner
desk                                -          -          rw         rw         rw
desk_lead                           -          -          r          r          r
desk_redeem                         -          -          w          w          w
desk_undo                           -          -          w          w          w
sign_in                             rw         rw         rw         rw         rw
funnel                              -          -          r          r          r
month_summary                       -          -          r          r          r
admin:choose_password               rw         rw         rw         rw         rw
admin:second_factor                 rw         rw         rw         rw         rw
admin:phone                         rw         rw         rw         rw         rw
admin:recovery_codes                rw         rw         rw         rw         rw
admin:remove_phone                  w          w          w          w          w
admin:index                         rw         rw         rw         rw         rw
admin:login                         rw         rw         rw         rw         rw
admin:logout                        w          w          w          w          w
admin:password_change               rw         rw         rw         rw         rw
admin:password_change_done          r          r          r          r          r
admin:autocomplete                  -          -          -          -          -
admin:jsi18n                        r          r          r          r          r
admin:clinic_site_redirect_import   rw         -          -          -          rw
admin:clinic_site_testimonial_taken_back - -   -          rw         rw
admin:auth_user_password_change     -          -          -          -          rw
admin:auth_user_lost_phone          -          -          -          -          rw
admin:blog_article_preview          r          r          -          -          r
admin:blog_article_publish          rw         -          -          -          rw
admin:blog_article_address          rw         -          -          -          rw
admin:blog_article_ask_again        w          w          -          -          w
admin:blog_article_compare          r          r          -          -          r
admin:blog_article_draft            w          -          -          -          w
admin:blog_article_draft_throw_away w          -          -          -          w
admin:blog_article_draft_token      r          -          -          -          r
admin:blog_article_records          r          r          -          -          r
admin:blog_article_used             r          r          -          -          r
admin:blog_condition_used           r          r          -          -          r
admin:blog_muscle_used              r          r          -          -          r
admin:blog_source_used              r          r          -          -          r
admin:blog_standingtext_used        r          r          -          -          r
admin:blog_article_end_link         w          -          -          -          w
admin:blog_article_links            rw         -          -          -          rw
admin:blog_article_restore          rw         -          -          -          rw
admin:blog_article_claims           r          r          -          -          r
admin:blog_article_reviewed         w          w          -          -          w
admin:blog_article_reviews          r          r          -          -          r
admin:blog_article_sign             -          rw         -          -          rw
admin:blog_article_warnings         rw         rw         -          -          rw
admin:blog_article_widths           r          r          -          -          r
admin:blog_shownpage_export         rw         rw         -          -          rw
article_demand                      r          r          -          -          r
article_health                      r          r          -          -          r
admin:offers_lead_well              -          -          r          r          r
admin:blog_article_withdraw         rw         -          -          -          rw
admin:blog_article_call_off         rw         -          -          -          rw
admin:blog_article_editions         r          r          -          -          r
admin:blog_article_edition          r          r          -          -          r
admin:blog_adviceedition_publish    rw         r          -          -          rw
admin:blog_adviceedition_sign       -          rw         -          -          rw
admin:offers_lead_move              -          -          w          w          w
admin:offers_lead_note              -          -          w          w          w
admin:offers_lead_next_contact      -          -          w          w          w
admin:offers_lead_redeem            -          -          rw         rw         rw
admin:offers_lead_undo              -          -          w          w          w
admin:offers_lead_void              -          -          w          w          w
admin:offers_lead_reissue           -          -          w          w          w
admin:offers_lead_stop              -          -          w          w          w
admin:offers_lead_merge             -          -          w          w          w
admin:offers_lead_unmerge           -          -          w          w          w
admin:offers_lead_two_people        -          -          w          w          w
admin:offers_lead_code              -          -          r          r          r
admin:offers_lead_reach             -          -          r          r          r
admin:offers_lead_release           -          -          w          w          w
admin:offers_lead_by_phone          -          -          rw         rw         rw
admin:offers_lead_doubles           -          -          r          r          r
admin:offers_lead_doubles_of        -          -          r          r          r
admin:offers_lead_export            -          -          -          rw         rw
admin:offers_lead_forgetting        -          -          -          r          r
admin:offers_lead_copy              -          -          -          rw         rw
admin:offers_lead_erase             -          -          -          rw         rw
admin:offers_notice_send_again      -          -          w          w          w
admin:app_list                      rw         rw         -          -          rw
""")
