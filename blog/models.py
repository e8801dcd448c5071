"""Everything the blog stores, in the order in which it is built."""

from .articles import Aftercare, Article, ArticleMuscle, Benefit, Citation, Comparison, KeyPoint, Question
from .editions import Edition
from .sources import Source
from .topics import CareAdvice, Condition, Muscle, Region, load_regions

__all__ = [
    "Aftercare",
    "Article",
    "ArticleMuscle",
    "Benefit",
    "CareAdvice",
    "Citation",
    "Comparison",
    "Condition",
    "Edition",
    "KeyPoint",
    "Muscle",
    "Question",
    "Region",
    "Source",
    "load_regions",
]
