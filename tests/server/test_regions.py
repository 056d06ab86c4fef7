"""Line breaks in a template are for who reads it."""

from __future__ import annotations

from jinja2 import DictLoader, Environment

from server.regions import Lean


def test_a_line_break_between_tags_is_nothing_and_between_words_a_blank() -> None:
    value = "<p>\n  {% if a %}\n    {{ a }}\n  {% endif %}\n"
    source = value + '  een\n  twee <b\n    class="c"\n    {% if a %} id="d"{% endif %}>x</b>\n</p>'
    env = Environment(loader=DictLoader({"page": source}), extensions=[Lean], autoescape=True)

    assert env.get_template("page").render(a="1 > 0\n  of") == (
        '<p>1 &gt; 0\n  of een twee <b class="c" id="d">x</b></p>'
    )
    assert env.get_template("page").render(a="") == '<p> een twee <b class="c">x</b></p>'
