"""Words by which a person says no to being contacted, in the languages our patients reply in.

47 CFR 64.1200(a)(10) names stop, quit, end, revoke, opt out, cancel and unsubscribe, and asks for the same respect
for any other words that a person would read as a no. What is read here helps whoever pastes a reply; where it sees
no "no" and a person does, the person is right.
"""

import re
import unicodedata

# A no when nothing else is said: "End" is one, "My shift will end at five" is not.
ALONE = {
    *(
        "stop",
        "stopall",
        "stop all",
        "quit",
        "end",
        "revoke",
        "cancel",
        "cancel all",
        "unsubscribe",
        "optout",
    ),
    *("opt out", "remove", "remove me", "enough", "no more"),
    *("alto", "basta", "pare", "paren", "parar", "cancelar", "cancele", "no mas"),
    *("стоп", "отмена", "хватит", "отписаться"),
    *("停止", "停", "退订", "退訂", "取消"),
}
COURTESY = re.compile(
    r"\b(please|pls|thanks|thank you|ok|okay|now|hi|hello|por favor|gracias|пожалуйста|спасибо)\b"
)
CONTACT = r"(text|call|phone|ring|contact|e ?mail|mail|message|write|bother|send|reach)"
# "Don't call before nine" asks for another hour.
ANOTHER_TIME = (
    r"(?! (me |us |my \w+ )?"
    r"(before|after|until|till|between|during|at|on|in the|early|late|today|tomorrow|now|yet)\b)"
)
SAID = [
    rf"\b(stop|quit|cease) (\w+ ){{0,2}}{CONTACT}(ing|s)?\b",
    r"\bstop (the|these|those|this|all|your|it|bothering|spamming|harassing)\b",
    rf"\b(do not|don t|dont|never|please no|must not) (ever |please |you )?{CONTACT}\b{ANOTHER_TIME}",
    rf"\bno (more )?(text|call|message|mail|e mail|email)s\b{ANOTHER_TIME}",
    r"\bno longer (want|wish)\b|\b(do not|don t|dont) want (to (hear|get|receive|be)|any|your|these|more)\b",
    r"\bunsubscribe\b|\bopt(ing|ed)? (me |us )?out\b|\brevok(e|ing)\b|\bwithdraw my (consent|permission)\b",
    r"\b(take|remove|delete|drop) (me|us|my (name|number|phone|mail|e mail|email|address|data)|this number)\b",
    r"\bleave me alone\b|\blose my number\b|\bgo away\b|\bwrong (number|person)\b|\bnot interested\b",
    # Spanish
    r"\bno me (vuelva[ns]? a )?(llam|escrib|mand|envi|contact|molest)\w*",
    r"\b(no quiero|no mas|dej[ea]n? de) (mas |recibir |mand|envi|llam|escrib|mensaje|llamada|correo|texto)\w*",
    r"\bdarme de baja\b|\bno me interesa\b|\bnumero equivocado\b",
    # Russian
    r"\bне (звоните|пишите|беспокойте|присылайте|шлите)\b|\b(отпишите|удалите) меня\b|\bпрекратите\b",
    # Chinese, which has no spaces
    r"(不要|别|別|勿)(再)?(打|发|發|联系|聯繫|短信|電話|电话|给我|給我|骚扰|騷擾)|退订|退訂|打错了|打錯了",
]
A_NO = re.compile("|".join(SAID))


def plain(words: str) -> str:
    """Small letters without accents; every other sign is a space."""
    letters = unicodedata.normalize("NFKD", words.casefold())
    letters = "".join(sign for sign in letters if not unicodedata.combining(sign) or sign == "\u0306")
    letters = unicodedata.normalize("NFC", letters)  # й is a letter of its own
    return " ".join(re.sub(r"[^\w]|_", " ", letters).split())


def is_a_no(words: str) -> bool:
    """Whether a person would read `words` as: do not contact me (so) any more."""
    said = plain(words)
    return " ".join(COURTESY.sub(" ", said).split()) in ALONE or bool(A_NO.search(said))
