"""JSON errors are worded as Go does, with every version of Python."""

import json

import pytest

from k8slearn.apimachinery.json_errors import json_trouble


@pytest.mark.parametrize(
    ("text", "told", "at", "sentence"),
    [
        (
            '{"a":1, }',
            "Illegal trailing comma before end of object",
            6,
            "invalid character '}' looking for beginning of object key string",
        ),
        (
            "[1,]",
            "Illegal trailing comma before end of array",
            2,
            "invalid character ']' looking for beginning of value",
        ),
    ],
)
def test_python_from_3_13_on_points_at_the_comma(text, told, at, sentence):
    assert json_trouble(text, json.JSONDecodeError(told, text, at)) == sentence
    with pytest.raises(json.JSONDecodeError) as own:
        json.loads(text)
    assert json_trouble(text, own.value) == sentence
