"""What makes Markdown parsers stumble: the corners of CommonMark and of what we add, each compiled on its own."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from app.courseware.compiler import compile
from app.courseware.source import SourceRefused, from_zip
from tests.courseware.conftest import Desk
from tests.courseware.test_never_crashes import HUGE, whole

# One a line; ␤ stands for a line break, → for a tab.
TRICKY = r"""
→foo→baz→→bim
  →foo→baz→→bim
- foo␤␤→bar
>→→foo
-→→foo
    foo␤→bar
#→Foo
*→*→*→
\!\"\#\$\%\&\'\(\)\*\+\,\-\.\/\:\;\<\=\>\?\@\[\\\]\^\_\`\{\|\}\~
\→\A\a\ \3\φ\«
foo\␤bar
`` \[\` ``
&nbsp; &amp; &copy; &AElig; &Dcaron; &HilbertSpace; &DifferentialD; &ngE;
&#35; &#1234; &#992; &#0; &#xD800; &#x110000; &#99999999999;
&nbsp &x; &#; &#x; &#abcdef0; &ThisIsNotDefined; &hi?;
[a](url &quot;tit&quot;)
- `one␤- two`
***␤---␤___
+++
    ***
- foo␤***␤- bar
Foo␤***␤bar
Foo␤---␤bar
* Foo␤* * *␤* Bar
####### foo
#5 bolt␤␤#hashtag
## foo ##␤  ###   bar    ###
## ␤#␤### ###
Foo␤=====␤␤Foo␤-----
Foo␤= =␤␤Foo␤--- -
`Foo␤----␤`
> foo␤-----
- Foo␤---
\> foo␤------
    a simple␤      indented code block␤␤␤    x
```␤<␤ >␤```
~~~~    ruby startline=3 $%@#$␤x␤~~~~~~~
```␤aaa␤~~~
`````␤␤```␤aaa
> ```␤> aaa␤␤bbb
``` ```␤aaa
~~~ aa ``` ~~~␤foo␤~~~
<table><tr><td>␤<pre>␤**Hello**,␤␤_world_.␤</pre>
<div␤  class␤foo
<?php␤  echo 1;␤?>
<![CDATA[␤x␤]]>
<!-- Foo␤␤bar␤   baz -->
</ins␤class="bar">
[foo]: /url "title"␤␤[foo]
   [foo]: ␤      /url  ␤           'the title'  ␤␤[foo]
[Foo*bar\]]:my_(url) 'title (with parens)'␤␤[Foo*bar\]]
[foo]: <>␤␤[foo]
[foo]: /url\bar\*baz "foo\"bar\baz"␤␤[foo]
[ΑΓΩ]: /φου␤␤[αγω]
[ẞ]: /url␤␤[SS]
[foo]: /url1␤[foo]: /url2␤␤[foo][foo]
[[[[foo]]]]: x␤␤[[[[foo]]]]
> # Foo␤bar␤> baz
>     code␤␤>    not code
>>> foo␤> bar␤>>baz
> - a␤> b␤>␤> - c
1.  A paragraph␤    with two lines.␤␤        indented code␤␤    > A block quote.
-one␤␤2.two
123456789. ok␤␤1234567890. not ok
-1. not ok␤0. ok␤003. ok
- foo␤-␤-   ␤- bar
*␤␤  foo
- - foo␤1. - 2. foo
- # Foo␤- Bar␤  ---␤  baz
- a␤ - b␤  - c␤   - d␤    - e
- a␤- b␤␤- c␤* a␤*␤␤* c
- foo␤  - bar␤    - baz␤␤␤      bim
- foo␤- bar␤␤<!-- -->␤␤- baz
`hi`lo`␤``foo`bar`` ` ` `` ␤ foo `␤
`foo\`bar`␤*foo`*`␤[not a `link](/foo`)
*foo bar* a * foo bar* a*"foo"* * a *
*(*foo)*_(bar)_**foo bar **__foo__bar
*foo [*bar*](#x)* **foo*bar**baz*bim*
foo***bar***baz****foo*bar****
*[bar*](/url) _foo [bar_](/url) *<img src="foo" title="*"/>
**a<https://foo.bar/?q=**>
[link](/uri "title") [link](<>) [](./x) [a](<b)c>) [a](<b)c␤[a](<b)c>␤[a](<b>c)
[link](\(foo\)) [link](foo(and(bar))) [link](foo\)\:) [link](foo%20b&auml;) [link]("title")
[link](/url "title "and" title") [link]( ␤ /uri ␤  "title" )
[link [foo [bar]]](/uri) [foo [bar](/uri)](/uri) ![[[foo](uri1)](uri2)](uri3)
[foo <bar attr="](baz)"> [foo`](/uri)` [foo<https://example.com/?search=](uri)>
![foo *bar*] ![](x.png) ![foo](   train.jpg "x")
![[^1]](x) [^1]␤␤[^1]: ![x](y)
<https://foo.bar.baz/test?q=hello&id=22> <MAILTO:FOO@BAR.BAZ> <made-up-scheme://foo,./bar> <localhost:5001/foo>
<foo@bar.example.com> <foo\+@bar.example.com> <> < https://foo.bar > <m:abc> <foo.bar.baz>
<a  /><b2␤data="foo" ><a h*#ref="hi"><33> <__> </a></foo >
foo  ␤     bar␤foo\␤     bar␤### foo\␤### foo
hello $.;'there␤Foo χρῆν␤Multiple     spaces
| a |␤| - |␤| b | c | d |
| a | b␤| - | -␤| `|` | \| |
|␤|-␤|
| a |␤- | b
:---:␤|:-:|
a␤: b␤: c␤␤    d␤␤:␤: :
a␤␤:   b␤␤      code
: alone␤␤::␤:::
[^a]: x␤[^a]: y␤␤[^a][^a][^b]
[^a]␤␤[^a]: [^a]
^[a^[b]^[] ^[
~~a~ ~~~b~~~ ~~**c~~**
[@convention-1951][@][@ ;][@convention-1951 art. [33]] \[@convention-1951]
![@convention-1951](x) [[@convention-1951]](y) `[@convention-1951]`
:::{question} a␤:::␤:::{question} a␤:::
:::{question} q␤- (x)␤- ( )␤- [x] [ ] (x)␤:::
:::{question} q␤:type: match␤␤| |␤| - |␤| |␤:::
:::{question} q␤:type: order␤␤1. ␤2.␤:::
:::{question} q␤=␤= ␤= =␤=±␤:::
:::{question} q␤= 99999999999999999999 ± 1e9␤:::
:::{question} q␤␤> > > only␤␤- - (x) a␤:::
:::{only} PA␤:::{only} CR␤:::{country} complaint-body␤:::␤:::␤:::
> :::{note}␤> x␤:::␤␤- :::{tip}␤  y␤␤:::
```␤:::{note}␤```␤:::{note}␤```␤:::␤```
::::::::{note}␤:::::::{tip}␤:::{}␤::::::::
:::{note} [a](b "c␤:::␤d")␤:::
:::{case} :::{case}␤:a: b␤:a:␤:::
{#a}{#b} {}␤{#}␤## {#h}␤- {#i}␤| {#c} |␤| - |
""".strip("\n").split("\n")


@pytest.mark.parametrize("number", range(len(TRICKY)))
def test_corners_of_markdown_compile_everywhere(desk: Desk, number: int) -> None:
    text = TRICKY[number].replace("␤", "\n").replace("→", "\t") + "\n"
    front = "---\ntitle: T\n---\n"
    whole(desk.lesson(text))
    pages = ("01-mission/quiz.en.md", "02-protection/scenario.es.md", "glossary.en.md", "01-mission/practice.en.md")
    for page in (*pages, "countries/PA.es.md", "course.en.md"):
        compiled = desk.compile({page: front + text})
        whole(compiled)
        assert compiled.course is not None


def test_there_are_a_hundred_of_them() -> None:
    assert len(set(TRICKY)) == len(TRICKY) >= 100


@pytest.mark.parametrize("name", ["a page of 2 MB", "100,000 list items", "10,000 nested quotations"])
def test_a_hostile_page_is_refused_in_under_a_second(name: str) -> None:
    page = (b"---\ntitle: T\n---\n") + HUGE[name].encode()
    source = {"course.yaml": b"id: a\nmodules: [m]\n", "1-m/1-a.en.md": page}
    start = time.process_time()
    compiled = compile(source)
    assert time.process_time() - start < 1
    assert {one.code for one in compiled.errors} & {"page-too-large", "page-too-many-lines", "page-too-deep"}


@pytest.mark.parametrize("size", [5_000_000, 200_000_000])
def test_a_zip_bomb_is_refused_in_under_a_second(size: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("course.yaml", "w") as member:
        for _ in range(size // 1_000_000):
            member.write(bytes(1_000_000))
    start = time.process_time()
    with pytest.raises(SourceRefused) as refused:
        from_zip(buffer.getvalue())
    assert time.process_time() - start < 1
    assert refused.value.code in ("zip-ratio", "source-file-too-large")
