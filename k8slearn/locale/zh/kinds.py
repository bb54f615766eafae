"""Words of the kinds."""

TAINT_SYNTAX = (
    "污点写作 key=value:Effect（Effect 是 NoSchedule、PreferNoSchedule 或 NoExecute），"
    "去掉则在后面加 -：{text!r}"
)
