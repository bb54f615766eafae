"""Words of the kinds."""

TAINT_SYNTAX = (
    "污点写作 key=value:Effect（Effect 是 NoSchedule、PreferNoSchedule 或 NoExecute），"
    "去掉则在后面加 -：{text!r}"
)
LABEL_SYNTAX = '标签写作字典，要去掉的写 None，例如 {{"disk": "ssd", "gpu": None}}。收到的是：{text!r}'
NO_CEL = (
    "模型不计算 x-kubernetes-validations 里的 CEL 规则：真集群会拒绝的对象，这里会接受"
)
