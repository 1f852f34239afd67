"""Words that want to run, to break out of where they stand, or to be read as something else than they are.

Each calls `xss` if it runs. None is longer than 120 signs, so that each fits into every field that takes a line.
"""

from typing import Final

RUNNING: Final = (
    "<script>xss(1)</script>",
    "</script><script>xss(2)</script>",
    '"><img src=x onerror=xss(3)>',
    "' autofocus onfocus=xss(4) x='",
    "<svg/onload=xss(5)>",
    "</title></textarea></style><svg onload=xss(6)>",
    "<svg><animate onbegin=xss(7) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:xss(8)><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=xss(9)>'>",
    '<noscript><p title="</noscript><img src=x onerror=xss(10)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=xss(11)>",
    "<svg></p><style><a id='</style><img src=1 onerror=xss(12)>'>",
    "<iframe srcdoc='<script>parent.xss(13)</script>'></iframe>",
    "<iframe src=javascript:parent.xss(14)>",
    "<object data='data:text/html,<script>xss(15)</script>'></object>",
    "<embed src=javascript:xss(16)>",
    "<base href='https://evil.example/'><a href=x>y</a>",
    "<meta http-equiv=refresh content='0;url=javascript:xss(17)'>",
    "<link rel=stylesheet href=//evil.example/x.css><style>*{display:none}</style>",
    "<div hx-get=/en/ hx-trigger=load hx-on:load=xss(18)></div>",
    "<details open ontoggle=xss(19)><summary>x</summary></details>",
    "<template><script>xss(20)</script></template><input autofocus onfocus=xss(21)>",
    "<body onload=xss(22)><video><source onerror=xss(23)>",
    "javascript:xss(24)//https://evil.example",
    "java\tscript:xss(25)",
    "data:text/html;base64,PHNjcmlwdD54c3MoMjYpPC9zY3JpcHQ+",
    "[x](javascript:xss(27)) ![x](data:image/svg+xml,<svg/onload=xss(28)>)",
    "[x](&#106;avascript:xss(29)) <javascript:xss(30)> <https://evil.example/<script>>",
    "`<script>xss(31)</script>` [a]: javascript:xss(32) [a]",
    "]]><script>xss(33)</script><![CDATA[",
    "--><!--><script>xss(34)</script><!---!><script>xss(35)</script>",
    "{{ 7*7 }}{% now 'Y' %}${7*7}#{7*7}<%= 7*7 %>",
    "\\u003cscript\\u003exss(36)\\u003c/script\\u003e",
    "&lt;script&gt;xss(37)&lt;/script&gt; &#60;script&#62;xss(38)",
    "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;",
    "=HYPERLINK(\"javascript:xss(39)\");+1;@SUM(1);\t=1",
    'x"]; y [URL="javascript:xss(40)"',
    "x\r\nBCC: victim@example.com\r\n\r\n<script>xss(41)</script>",
    "x\nEND:VEVENT\nBEGIN:VALARM\nACTION:PROCEDURE",
)  # fmt: skip
CONFUSING: Final = (
    "\u202egnp.exe\u2066 x\u2069 \u202dabc",
    "ze\u200bro\u200cwi\u200ddth\ufeff\u2060",
    "bell\x07 esc\x1b[31m del\x7f c1\x9b \x01\x0b\x0c end",
    "\u0430\u0440\u0440l\u0435 \u212a \ufdfd \u1160 Z\u0351\u036b\u0343\u032a\u033b\u0324",
    "line\u2028separator\u2029 \u0085 \U000e0041 \ufffe \uffff",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \u0627\u0644\u0633\u0644\u0627\u0645 \u79c1",
)
ALL: Final = (*RUNNING, *CONFUSING)
assert all(len(one) <= 120 for one in ALL)
