"""Words of the kinds."""

TAINT_SYNTAX = (
    "污点写作 key=value:Effect（Effect 是 NoSchedule、PreferNoSchedule 或 NoExecute），"
    "去掉则在后面加 -：{text!r}"
)
NO_CEL = (
    "模型不计算 x-kubernetes-validations 里的 CEL 规则：真集群会拒绝的对象，这里会接受"
)
