"""Every Chinese word of the pictures, the sentences and the player."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from k8slearn.view.scene import Counts, NodeCard, Phase, PodMark

CHIPS = {
    "user": "你",
    "daemonset-controller": "DaemonSet 控制器",
    "scheduler": "调度器",
    "kubelet": "kubelet",
    "garbage-collector": "垃圾回收",
    "other": "其他控制器",
}
SHORT_CHIPS = {"daemonset-controller": "控制器", "other": "其他"}
ACTORS = {
    "user": "你",
    "daemonset-controller": "DaemonSet 控制器",
    "scheduler": "调度器",
    "kubelet": "kubelet",
    "garbage-collector": "垃圾回收",
    "pod-gc": "Pod 垃圾回收",
    "node-lifecycle": "节点生命周期控制器",
    "taint-eviction": "污点驱逐控制器",
    "endpointslice": "EndpointSlice 控制器",
    "namespace-controller": "命名空间控制器",
}
SHORT_ACTORS = {
    **ACTORS,
    "daemonset-controller": "控制器",
    "pod-gc": "Pod 回收",
    "node-lifecycle": "节点控制器",
    "taint-eviction": "污点驱逐",
    "endpointslice": "EndpointSlice",
    "namespace-controller": "命名空间",
}

PHASES = {
    Phase.UNBOUND: "等待调度",
    Phase.STARTING: "启动中",
    Phase.NOT_READY: "未就绪",
    Phase.READY: "就绪",
    Phase.ENDING: "正在终止",
    Phase.FAILED: "失败",
    Phase.SUCCEEDED: "已完成",
}
_PROBLEMS = {
    "Unschedulable": "无法调度",
    "ErrImagePull": "拉不到镜像",
    "ImagePullBackOff": "拉不到镜像",
    "InvalidImageName": "镜像名有误",
    "CrashLoopBackOff": "反复崩溃",
    "CreateContainerError": "容器建不成",
}

TITLE = "DaemonSet 实验室"
STEP = "本步："
NOTHING_YET = "还没有发生什么"
BEGINNING = "开始时"
EMPTY_CLUSTER = "集群里还没有节点"
EMPTY_NODE = "没有 Pod"
LEGEND_VERSION = "版本 {number}"
LEGEND_HINT = "形状与数字 = 版本（不靠颜色也能分辨）"
CONTINUED = "{group}（续）"
NO_LABEL = "没有标签 {key}"
GROUP = "{key} = {value}"
BADGES = {"not-ready": "!", "cordoned": "⊘", "taint": "▲"}
BADGE_LEGEND = "! NotReady　⊘ cordon　▲ 污点"
OWNERS, OWNER_GAP = "谁的 Pod：", "　"
ONLY = "图中只有 {name} 的 Pod"
NO_POD_TALLY = "没有 Pod {count}"
SECONDS = "{time:.1f} s"
PLAYER = {
    "play": "播放",
    "pause": "暂停",
    "first": "回到开头",
    "back": "退一步",
    "next": "下一步",
    "speed": "速度",
    "slider": "第几步",
    "told": "文字版：每一步发生了什么",
    "frame": "第 {number} / {total} 步",
}
PICTURE = "{nodes} 个节点，{pods} 个 Pod"
PICTURE_OF = (
    "{name}：期望 {desired}，就绪 {ready}，已更新 {updated}，不可用 {unavailable}；"
    + PICTURE
)
ANIMATION = "动画：{name}，{steps} 步"


def counters(counts: Counts) -> tuple[tuple[str, int], ...]:
    """The four numbers with their names."""
    return (
        ("期望", counts.desired),
        ("就绪", counts.ready),
        ("已更新", counts.updated),
        ("不可用", counts.unavailable),
    )


def phase_word(mark: PodMark) -> str:
    """What a Pod is doing; a problem is the better word for one that does not get on."""
    if mark.problem and mark.phase not in (Phase.ENDING, Phase.READY):
        return _PROBLEMS[mark.problem]
    return PHASES[mark.phase]


def node_words(card: NodeCard, taints: str) -> tuple[str, ...]:
    """What is unusual about a Node, most important first; `taints` is what to say of them."""
    words = []
    if card.gone:
        words.append("节点已移除")
    elif card.ready != "True":
        words.append("NotReady" if card.ready == "False" else "失联 Unknown")
    if card.cordoned:
        words.append("已 cordon")
    if taints:
        words.append(f"污点 {taints}")
    return tuple(words)


def taint_words(taints: Sequence[str]) -> Iterator[str]:
    """Ways to name some taints, from long to short: all, the first and their number, the first with its effect only."""
    yield "、".join(taints)
    if not taints:
        return
    more = f" 等 {len(taints)} 个" if len(taints) > 1 else ""
    for length in (60, 20, 16, 12, 8, 4):
        stem, _, effect = taints[0].rpartition(":")
        yield f"{stem if len(stem) <= length else stem[: length - 1] + '…'}:{effect}{more}"


def node_badges(card: NodeCard) -> str:
    """The same in signs, for small cards."""
    signs = [
        BADGES["not-ready"] if card.ready != "True" else "",
        BADGES["cordoned"] if card.cordoned else "",
        BADGES["taint"] if card.taints else "",
    ]
    return "".join(signs)


def alt_text(name: str, counts: Counts, nodes: int, pods: int) -> str:
    """A picture in one line, for `repr` and for who cannot see it."""
    if not name:
        return PICTURE.format(nodes=nodes, pods=pods)
    numbers = {"desired": counts.desired, "ready": counts.ready}
    numbers |= {"updated": counts.updated, "unavailable": counts.unavailable}
    return PICTURE_OF.format(name=name, nodes=nodes, pods=pods, **numbers)


def join(names: list[str], most: int = 4, unit: str = "个") -> str:
    """Names with the Chinese comma; many are cut to the first few and their number."""
    shown = "、".join(names[:most])
    return shown if len(names) <= most else f"{shown} 等 {len(names)} {unit}"


def glue(*words: str) -> str:
    """Words in a row, with a space where Chinese meets Latin letters or digits."""
    line = ""
    for word in filter(None, words):
        line += f" {word}" if line and _wants_space(line[-1], word[0]) else word
    return line


def _wants_space(before: str, after: str) -> bool:
    """Between Chinese and Latin, but not beside punctuation."""
    return (
        before.isascii() != after.isascii()
        and before not in " ：，（、"
        and after not in "，。：（、 "
    )


DEEDS = {
    "pod-created": "为 {nodes} 创建 Pod{revision}",
    "pod-deleted": "删除 {nodes} 上的 Pod{revision}，等它终止",
    "pod-evicted": "驱逐 {nodes} 上的 Pod：节点带着 NoExecute 污点",
    "pod-bound": "把 Pod 绑定到 {nodes}",
    "pod-unschedulable": "没法把 Pod 放到 {nodes}",
    "pod-pulling": "在 {nodes} 上准备容器",
    "pod-problem": "没能启动 {nodes} 上的 Pod：{detail}",
    "pod-creating": "在 {nodes} 上准备 Pod 的容器",
    "pod-running": "启动了 {nodes} 上的 Pod{revision}，它还没有就绪",
    "pod-ready": "报告 {nodes} 上的 Pod 就绪{revision}",
    "pod-unready": "报告 {nodes} 上的 Pod 不再就绪",
    "pod-failed": "报告 {nodes} 上的 Pod 失败",
    "pod-succeeded": "报告 {nodes} 上的 Pod 运行结束",
    "pod-gone": "停掉 {nodes} 上的 Pod{revision}，它从集群里消失",
    "pod-collected": "回收 {nodes} 上的 Pod",
    "pod-adopted": "收养 {nodes} 上的 Pod",
    "pod-released": "放开 {nodes} 上的 Pod，不再管它",
    "pod-changed": "改了 {nodes} 上的 Pod 的{detail}",
    "node-added": "加入节点 {names}",
    "node-removed": "移除节点 {names}",
    "node-labels": "给 {names} 改标签：{detail}",
    "node-tainted": "给 {names} 加污点 {detail}",
    "node-untainted": "去掉 {names} 的污点 {detail}",
    "node-cordoned": "把 {names} 设为不可调度（cordon）",
    "node-uncordoned": "让 {names} 恢复可调度（uncordon）",
    "node-ready": "让 {names} 变为 Ready",
    "node-not-ready": "让 {names} 变为 {detail}",
    "daemonset-created": "创建 DaemonSet {names}",
    "daemonset-image": "把 {names} 的镜像改为 {detail}",
    "daemonset-strategy": "把 {names} 的更新策略改为 {detail}",
    "daemonset-changed": "修改 DaemonSet {names}",
    "daemonset-deleting": "开始删除 DaemonSet {names}",
    "daemonset-gone": "删除 DaemonSet {names}",
    "daemonset-status": "更新 {names} 的状态：{detail}",
    "revision-created": "记下{detail}（ControllerRevision {names}）",
    "revision-renumbered": "把旧模板重新编号为{detail}（ControllerRevision {names}）",
    "revision-removed": "清理{detail}（ControllerRevision {names}）",
    "other-added": "创建 {kind} {names}",
    "other-changed": "更新 {kind} {names}",
    "other-removed": "删除 {kind} {names}",
    "warning": "报警 {detail}",
    "event": "记下事件 {detail}",
}
REVISION = "（版本 {number}）"
REVISION_NUMBER = "版本 {number}"
STATUS = "期望 {desired}，就绪 {ready}，已更新 {updated}，不可用 {unavailable}"
LABEL_REMOVED = "去掉 {key}"
PARTS = {"labels": "标签", "spec": "配置", "status": "状态"}
NOWHERE = "（未定节点）"
STEP_JOIN = "；"
