"""Everything the blog stores, in the order in which it is built."""

from .advice import AfterStep, CareAdvice, Caution, Harm, StandingText
from .advice_editions import AdviceEdition
from .advice_sign_offs import AdviceSignOff
from .archive import ShownPage
from .articles import Article, ArticleMuscle, Benefit, Citation, Comparison, KeyPoint, Question
from .editions import Edition
from .form_drafts import FormDraft
from .kept_copies import KeptCopy
from .link_checks import LinkCheck
from .overrulings import Overruling
from .pictures import ArticlePicture
from .preview_links import PreviewLink
from .review_reminders import ReviewReminder
from .sign_offs import SignOff
from .sources import Source
from .text_counts import TextCount
from .topics import Condition, Muscle, Region, load_regions

__all__ = [
    "AdviceEdition",
    "AdviceSignOff",
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
    "ReviewReminder",
    "ShownPage",
    "SignOff",
    "Source",
    "StandingText",
    "TextCount",
    "load_regions",
]
