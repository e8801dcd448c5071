"""What a torture has shown: a figure beside its bound."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    what: str
    got: float
    sign: str
    bound: float
    kept: bool

    def __str__(self) -> str:
        verdict = "" if self.kept else "  BROKEN"
        return f"  {self.what:<64}{self.got:>10,.5g}   {self.sign} {self.bound:,.5g}{verdict}"


def at_most(what: str, got: float, bound: float) -> Figure:
    return Figure(what, got, "at most", bound, got <= bound)


def at_least(what: str, got: float, bound: float) -> Figure:
    return Figure(what, got, "at least", bound, got >= bound)


def exactly(what: str, got: float, bound: float) -> Figure:
    return Figure(what, got, "exactly", bound, got == bound)


def broken(figures: list[Figure]) -> list[str]:
    return [str(figure) for figure in figures if not figure.kept]
