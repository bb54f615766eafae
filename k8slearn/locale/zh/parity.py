"""The comparison with the real Kubernetes: its table, and the picker of traces."""

TITLES = ("记录", "一致", "共", "是什么")
ABOUT = {
    "node_decisions": "一个 Node 上该不该有 Pod、已有的 Pod 能不能留",
    "sync_decisions": "控制器看一眼集群之后决定创建、删除、替换谁，写什么 status",
    "traces": "一步一步的完整过程，每一步之后整个集群的样子和 Event",
    "kubelet": "一个 Pod 在 kubelet 手里一秒一秒的经过：状态、顺序、Event、退避",
    "workloads": "优先级与抢占、配额、Pod Security、PodDisruptionBudget、别的 Pod 的调度",
    "manifest_verdicts": "API server 接受还是拒绝一份清单，错在哪个字段",
}
PICKER = {
    "trace": "过程",
    "step": "步骤",
    "real": "真实的 Kubernetes",
    "model": "本课的模型",
    "same": "✔ 这一步两边一致",
    "differs": "✘ 不一致：{parts}",
    "stand_in": "（在 JupyterLab 里运行这个单元格，就能挑一段过程，一步一步对照）",
    "no_pods": "没有 Pod",
}
PARTS = {
    "groups": "Node 和 Pod",
    "daemon_sets": "DaemonSet",
    "revisions": "版本",
    "endpoints": "端点",
    "error": "错误",
}
POD = "{node}: 版本 {revision} {states}"
UNBOUND = "Pending（未绑定）"
