"""Comments as blogs get them: the harmless ones appear at once, spam of every trade does not."""

import re
from collections.abc import Callable

import pytest

from pipeline.domain.moderation import Decision, Facts, Policy, Verdict, judge
from tests.support.effort import effort

JudgeIt = Callable[..., Verdict]
URL = re.compile(r"https?://[^\s\]]+")

HARMLESS = """\
Great post, thanks for sharing!
Thanks, this fixed my problem.
+1
First!
a
❤️
I wrote about this on my blog last year: https://ann.example/post and came out elsewhere.
How do I subscribe to the comments by RSS?
Can you help me? I get a KeyError when I run your script.
You could also use https://docs.python.example/asyncio and https://code.example/httpx for that.
See my post on ssh-keygen and AirDrop: https://b.example/airdrop
I like my phone, but the app is slow. Check the logs of my app please.
We bought a house in 2019 for $350,000 and the mortgage is paid by 2040.
I work from home since 2020 and I love it.
SELECT * FROM users; kubectl get pods -n kube-system; nginx -t
Das ist ein schöner Beitrag über die Donaudampfschifffahrtsgesellschaft, vielen Dank!
Спасибо за статью, очень интересно. Мой iPhone умер.
とても面白い記事でした。Tシャツも買いました。
Congratulations! You have earned it 🎉🎉🎉
I followed your advice. It makes my site load in 2s instead of 8s.
The resistor is 4.7 kΩ and the capacitor 10 μF, so Δt is about 47 ms.
Please check the second link, it is broken.
Is there a free download of the slides? I can't find it on your site.
I read your post while writing my book, and it was very helpful.
Haha, casino royale is my favourite film!!!
WHY DOES NOBODY TALK ABOUT THIS
My doctor prescribed tramadol after the operation and I felt awful.
I disagree. Bitcoin mining wastes energy; see https://journal.example/articles/s41893
You can buy views and likes, sadly, and it is cheap.
Email me at ann@mail.example if you want the data.
Have a look at https://forum.example/foo?ref=hn-front for a counterexample.
The array foo[bar] is indexed from 0; a b c d are the columns.
It's hard to make money with a blog, I tried for three years.
I got a gift card from my aunt and bought your book.
I use v2 of mp3gain, h264, utf8 and base64 with md5sum.
Follow the white rabbit. Nice article.
In asp.net you would write this in two lines.
We used a loan from the bank to start our company; the business loan took weeks.
"""

SPAM = """\
Check out my channel and subscribe!
Best online casino bonus here https://casino.example
Buy V1agra without prescription https://pills.example
Get free b.i.t.c.o.i.n now: https://x.example
\u0441\u0430sino onlin\u0435 bonus
I was in debt and Mr Brown gave me an instant loan. Mail brown@loans.example, +1 202 555 0143
Great post! [url=https://x.example]replica watches[/url]
https://bit.ly/3xyz
Earn $500 a day from home, click here https://x.example/?ref=abc123
We offer SEO services and quality backlinks, rank your website on the first page of google
buy fol\u200blowers and cheap bac\u200bklinks
https://a.example https://b.example https://c.example
Dr Ogudu herbal cure cured my herpes, email drogudu@mail.example
sdkjfhskdjfh wqlkjrbnz xcvbnmkl
escort girls in Dubai https://e.example
Visit my website for cheap nike shoes
hire a hacker to spy on your spouse: contact this hacker on telegram
Join my team and get paid to share links: https://x.example/?aff=222
My brother suggested I might like this blog. He was right. Cheap jerseys http://j.example
онлайн казино бонус
http://203.0.113.9/win win a free iphone
"""


@pytest.mark.parametrize("text", HARMLESS.splitlines())
def test_a_harmless_first_comment_appears_at_once(verdict_on: JudgeIt, text: str) -> None:
    verdict = verdict_on(text=text, links=tuple(URL.findall(text)))

    assert verdict.decision is Decision.PUBLISH, verdict.reason


@pytest.mark.parametrize("text", SPAM.splitlines())
def test_spam_does_not_appear(verdict_on: JudgeIt, text: str) -> None:
    verdict = verdict_on(text=text, links=tuple(URL.findall(text)))

    assert verdict.decision is not Decision.PUBLISH, verdict.reason


@pytest.mark.parametrize(
    "unit",
    ["a", "a b ", "a.", "c4s1n0 ", "a@", "a.b@", "\u0430a", "a\u200b", "e\u0301\u0302\u0303", "1-",
     "1,", "my ", "check my channel ", "https://a.example ", "www. ", "a . com ", "[url", "$5 win ",
     "+1 (", "漢字", "!", " ", "😀", "\u202e", "sub me "],
)  # fmt: skip
def test_the_longest_comment_of_any_shape_takes_linear_work(
    facts: Callable[..., Facts], unit: str
) -> None:
    text = unit * (16_384 // len(unit))
    comment = facts(text=text, links=tuple(URL.findall(text)))

    judge(facts(text="It loads the word lists."), Policy())
    # A few milliseconds on an idle machine; quadratic work would take seconds.
    assert effort(lambda: judge(comment, Policy())) < 0.25
