"""The same rehearsal as text, page, picture and JSON."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from k8slearn import Cluster
from k8slearn.rehearsal import Rehearsal, as_json, rehearse
from k8slearn.rehearsal.spans import range_text, seconds_text
from tests.support.helpers import daemon_set

LIMITS = ["1", "50%", "surge=1", "on-delete"]


@pytest.fixture(scope="module")
def made() -> Rehearsal:
    """Four Nodes in two zones, one of them silent, so that a limit of 1 gets stuck."""
    cluster = Cluster(0)
    for number in range(4):
        labels = {"topology.kubernetes.io/zone": "ab"[number % 2]}
        cluster.add_node(f"n{number}", labels=labels)
    cluster.apply(daemon_set())
    cluster.run_until_quiet()
    cluster.set_node_ready("n0", "Unknown")
    cluster.control_plane.kubelet.faults.silent.add("n0")
    cluster.run_until_quiet()
    return rehearse(cluster, image="ds/agent=agent:2", limits=LIMITS)


@pytest.mark.parametrize(
    "seconds, told",
    [
        (0, "0 秒"),
        (2.34, "2.3 秒"),
        (9.96, "10 秒"),
        (90, "90 秒"),
        (150, "2.5 分钟"),
        (5000, "83 分钟"),
        (9000, "2.5 小时"),
    ],
)
def test_a_duration_has_two_digits_that_count(seconds, told):
    assert seconds_text(seconds) == told


def test_a_range_says_its_unit_once_where_it_is_one():
    assert range_text(100, 150) == "1.7～2.5 分钟"
    assert range_text(470, 8000) == "7.8 分钟～2.2 小时"
    assert range_text(42.1, 42.4) == "42 秒"


def test_the_text_answers_how_long_how_many_where_and_which(made):
    text = str(made)
    for part in (
        "要多久",
        "最多同时不可用",
        "该用哪一种",
        "没有向真实集群发送任何请求",
    ):
        assert part in text
    one, half, surge, by_hand = text.splitlines()[7:11]
    assert (
        one.startswith("maxUnavailable 1") and "卡住：换了" in one and "后停住" in one
    )
    assert half.startswith("maxUnavailable 50%（2 个）") and "秒～" in half
    assert surge.startswith("maxSurge 1") and "旧 Pod 都在" in surge
    assert by_hand.startswith("OnDelete") and "（逐个删）" in by_hand
    assert "maxUnavailable 1 换不完，卡在 n0" in text
    assert "n0（可用区 a）：n0 的 kubelet 没有应答" in text
    assert "最快也最稳的是" in text or ("要快，用" in text and "要稳，用" in text)
    # Where every time comes from, and what is assumed.
    assert "拉取镜像：通常" in text and "停下旧 Pod：没有看到过" in text
    assert "演练 5 次" in text


class Page(HTMLParser):
    """The URLs that a page loads, and whether its tags match."""

    def __init__(self, text):
        super().__init__()
        self.asked = []
        self.ids = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for key, value in attrs:
            if key in ("src", "href", "srcset", "data", "action", "xlink:href"):
                self.asked.append(value)
        assert tag not in ("script", "link", "iframe", "object")


def test_the_page_needs_nothing_else(made, tmp_path):
    path = made.save(tmp_path / "r.html")
    text = path.read_text(encoding="utf-8")
    assert Page(text).asked == [] and "@import" not in text
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", text))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert text.count("<svg") == 2 and "prefers-color-scheme: dark" in text
    for section in ("该用哪一种", "maxUnavailable 1 卡在哪里", "这些时间怎么来的"):
        assert section in text
    assert (
        made.html(whole=False) in made._repr_html_()
        and "<html" not in made._repr_html_()
    )


def test_what_a_cluster_says_is_text_and_no_page(made):
    evil = "</title><script>alert(1)</script>"
    facts = replace(made.facts, notes=(evil,), images=(("c", evil, evil),))
    results = [replace(made.results[0], longest=(evil, 9.0))]
    other = Rehearsal(facts, made.asked, made.begun)
    other.results += results
    assert "<script" not in other.html() and "&lt;script" in other.html()


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_picture_is_one_svg_with_its_words_for_who_cannot_see_it(made, theme):
    root = ElementTree.fromstring(made.svg(theme))
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert "default/agent" in root.find(f"{space}title").text
    told = root.find(f"{space}desc").text
    assert all(each.name in told for each in made.asked)
    texts = " ".join(root.itertext())
    assert "卡住：换了" in texts


def test_the_json_has_the_shape_that_is_described(made):
    found = json.loads(json.dumps(made.json()))
    assert found["version"] == 1 and found["daemonSet"] == "default/agent"
    assert found["images"] == [
        {"container": "main", "before": "agent:1", "after": "agent:2"}
    ]
    assert (found["nodes"], found["zones"], found["silentNodes"]) == (3, 2, ["n0"])
    assert [each["phase"] for each in found["basis"]] == [
        "pull",
        "create",
        "ready",
        "stop",
    ]
    assert [each["assumed"] for each in found["basis"]] == [False, False, False, True]
    assert not found["interrupted"] and found["notRehearsed"] == []
    one, half, surge, by_hand = found["limits"]
    assert one["limit"] == "maxUnavailable 1" and not one["complete"]
    assert one["stuck"][0]["node"] == "n0" and one["round"]
    assert half["complete"] and half["stuck"] == []
    # The silent Node takes one of the two.
    assert half["mostAway"] == half["badImage"]["away"] == 1
    times = half["seconds"]
    assert times["quick"] <= times["usual"] <= times["slow"]
    assert len(times["draws"]) == found["draws"] == 5
    assert half["away"][0][0] == 0 and half["away"][-1][1] == 0
    assert surge["badImage"]["away"] == 0
    assert by_hand["updateStrategy"]["type"] == "OnDelete"
    documented = as_json.__doc__
    for limit in found["limits"]:
        assert all(f'"{key}"' in documented for key in limit)
    assert all(f'"{key}"' in documented for key in found)
