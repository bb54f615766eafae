"""The page's widgets behave like ipywidgets, and send each change to the page once."""

from __future__ import annotations

import asyncio
import json

import ipywidgets
import pytest

from k8slearn import toolkit
from k8slearn.toolkit import page

BOTH = pytest.mark.parametrize("w", [ipywidgets, page], ids=["jupyter", "page"])


@pytest.fixture(autouse=True)
def told_before():
    page.news()
    yield
    page.wire.send = None
    page.news()


def watched(widget, name="value"):
    seen = []
    widget.observe(lambda change: seen.append((change["old"], change["new"])), name)
    return seen


@BOTH
@pytest.mark.parametrize("kind", ["Dropdown", "ToggleButtons"])
def test_other_options_choose_the_first_and_say_so(w, kind):
    chosen = getattr(w, kind)(options=[("甲", 1), ("乙", 2)], description="选")
    assert (chosen.value, chosen.index) == (1, 0)
    seen = watched(chosen)
    chosen.value = 2
    chosen.value = 2
    assert chosen.index == 1
    chosen.options = ["x", "y"]
    assert (chosen.value, chosen.index) == ("x", 0)
    chosen.options = ()
    assert chosen.value is None
    assert seen == [(1, 2), (2, "x"), ("x", None)]
    assert chosen.description == "选"


@BOTH
def test_what_is_no_option_cannot_be_chosen(w):
    with pytest.raises(Exception, match=r".+") as raised:
        w.Dropdown(options=["a"]).value = "b"
    assert isinstance(raised.value, Exception)


@BOTH
def test_of_radio_buttons_none_is_chosen_at_first(w):
    radio = w.RadioButtons(options=["a", "b"], value=None, layout={"width": "auto"})
    seen = watched(radio)
    assert radio.index is None
    radio.index = 1
    assert radio.value == "b" and seen == [(None, "b")]
    assert radio.layout.width == "auto"


@BOTH
def test_a_slider_stays_between_its_ends(w):
    slider = w.IntSlider(0, 0, 75, readout=False, description="时间")
    seen = watched(slider)
    slider.value = 100
    slider.max = 50
    assert slider.value == 50 and seen == [(0, 75), (75, 50)]


@BOTH
def test_a_button_is_pressed_and_a_text_typed(w):
    pressed = []
    button = w.Button(description="加", tooltip="再加一个")
    button.on_click(lambda of: pressed.append(of.description))
    button.click()
    text = w.Text(value="a", placeholder="b", continuous_update=False)
    seen = watched(text)
    text.value = "c"
    assert pressed == ["加"] and seen == [("a", "c")]


@BOTH
def test_classes_layout_and_children(w):
    box = w.VBox([w.HTML("一"), w.HTML("二")], layout=w.Layout(width="9px"))
    box.add_class("a").add_class("b").add_class("a")
    box.remove_class("b")
    box.layout.display = "none"
    box.children = [*box.children, w.HTML("三")]
    assert box._dom_classes == ("a",)
    assert [child.value for child in box.children] == ["一", "二", "三"]
    assert (box.layout.display, box.layout.width) == ("none", "9px")
    assert box.layout.flex is None


def test_the_page_hears_what_has_changed_since():
    button = page.Button(description="加")
    box = page.HBox([button])
    first = {each["id"]: each for each in json.loads(page.news())}
    assert first[button.id]["kind"] == "Button"
    assert first[box.id]["children"] == [button.id]
    assert json.loads(page.news()) == []
    button.description = "加"
    assert json.loads(page.news()) == []
    button.disabled = True
    box.layout.display = "none"
    button.add_class("k8s-x")
    after = {each["id"]: each for each in json.loads(page.news())}
    assert after[button.id] == {
        "id": button.id,
        "kind": "Button",
        "disabled": True,
        "classes": ["k8s-x"],
    }
    assert after[box.id]["layout"] == "display:none"


def test_values_stay_here_and_their_words_go():
    chosen = page.Dropdown(options=[("甲", object()), ("乙", object())])
    told = json.loads(page.news())[0]
    assert (told["options"], told["index"], told["value"]) == (["甲", "乙"], 0, None)
    picture = page.Image(value=b"<svg/>", format="svg+xml")
    assert json.loads(page.news())[0]["value"].startswith("data:image/svg+xml;base64,")
    assert picture.format == "svg+xml" and chosen.index == 0


@pytest.mark.parametrize(
    ("make", "what", "value", "wanted"),
    [
        (lambda: page.Text(value="a"), "value", "b", "b"),
        (lambda: page.IntSlider(0, 0, 9), "value", 4, 4),
        (lambda: page.Dropdown(options=[("甲", 1), ("乙", 2)]), "index", 1, 2),
    ],
)
def test_what_is_done_on_the_page_is_heard(make, what, value, wanted):
    widget = make()
    seen = watched(widget)
    page.hear(json.dumps({"id": widget.id, "what": what, "value": value}))
    assert widget.value == wanted and seen[-1][1] == wanted


def test_a_press_is_heard_unless_the_button_is_off():
    pressed = []
    button = page.Button()
    button.on_click(pressed.append)
    told = json.dumps({"id": button.id, "what": "click"})
    page.hear(told)
    button.disabled = True
    page.hear(told)
    page.hear(json.dumps({"id": "nobody", "what": "click"}))
    assert pressed == [button]


def test_what_changes_in_one_turn_is_sent_as_one_text():
    async def play():
        sent = []
        page.wire.send = sent.append
        html = page.HTML("一")
        for number in range(5):
            html.value = str(number)
        assert sent == []
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [json.loads(text)[0]["value"] for text in sent] == ["4"]

    asyncio.run(play())


def test_a_script_sets_its_values_as_in_jupyter():
    made = page.Script("Keys", "export default {}", "b {}", touch=[])
    seen = watched(made, "touch")
    page.hear(
        json.dumps({"id": made.id, "what": "touch", "value": ["picture", 0, 1, 1]})
    )
    assert made.touch == ["picture", 0, 1, 1] and len(seen) == 1
    theirs = toolkit.script("Keys", "export default {}", touch=[])
    seen = watched(theirs, "touch")
    theirs.touch = ["picture", 0, 1, 1]
    assert len(seen) == 1 and toolkit.script("Keys", "", touch=[]) is not theirs


def test_what_is_closed_is_taken_off_the_page():
    html = page.HTML("一")
    page.news()
    html.close()
    assert json.loads(page.news())[0]["closed"] is True


def test_jupyter_is_chosen_where_it_is_and_turns_a_light_picture_dark_itself():
    assert toolkit.w is ipywidgets
    assert [toolkit.page_theme(name) for name in ("auto", "dark")] == ["light", "dark"]
