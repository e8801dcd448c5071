"""Everything the blog stores, in the order in which it is built."""

from .advice import AfterStep, CareAdvice, Caution, Harm, StandingText
from .advice_editions import AdviceEdition
from .articles import Article, ArticleMuscle, Benefit, Citation, Comparison, KeyPoint, Question
from .editions import Edition
from .kept_copies import KeptCopy
from .overrulings import Overruling
from .link_checks import LinkCheck
from .form_drafts import FormDraft
from .pictures import ArticlePicture
from .preview_links import PreviewLink
from .sign_offs import SignOff
from .review_reminders import ReviewReminder
from .sources import Source
from .topics import Condition, Muscle, Region, load_regions

__all__ = [
    "AdviceEdition",
    "AfterStep",
    "Article",
    "ArticleMuscle",
    "ArticlePicture",
    "Benefit",
    "CareAdvice",
    "Caution",
    "Citation",
    "Comparison",
    "Condition",
    "Edition",
    "FormDraft",
    "Harm",
    "KeptCopy",
    "KeyPoint",
    "LinkCheck",
    "Muscle",
    "Overruling",
    "PreviewLink",
    "Question",
    "Region",
    "SignOff",
    "ReviewReminder",
    "Source",
    "StandingText",
    "load_regions",
]
