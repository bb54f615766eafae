"""Formats of strings in a CustomResourceDefinition. Kubernetes: kube-openapi pkg/validation/strfmt/default_test.go"""

import pytest

from k8slearn.kinds.formats import has_format

UUID = "a8098c1a-f86e-11da-bd1a-00112444be1e"
TEXTS = {
    "ipv4": ("192.168.254.1", "10.0.0.300"),
    "ipv6": ("2001:db8::1", "127.0.0.1"),
    "cidr": ("192.168.254.1/24", "192.168.254.1"),
    "mac": ("01:02:03:04:05:06", "01:02:03:04:05"),
    "uuid": (UUID, UUID[:-1]),
    "date": ("2014-12-15", "20141215"),
    "date-time": ("2014-12-15T19:30:20.5Z", "2014-12-15 19:30"),
    "byte": ("aGVsbG8=", "hello!"),
    "uri": ("https://example.com/a", "example"),
    "duration": ("1h30m", "an hour"),
    "nobody-knows": ("anything", None),
}


@pytest.mark.parametrize(("name", "texts"), TEXTS.items())
def test_a_format_takes_the_one_and_not_the_other(name, texts):
    right, wrong = texts
    assert has_format(right, name)
    assert wrong is None or not has_format(wrong, name)
