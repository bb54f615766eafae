"""Every Chinese word of the lab's panel."""

from __future__ import annotations

TITLE = "DaemonSet 实验室"
NO_DAEMON_SET = "还没有 DaemonSet"
STEP = "本步："
NOTHING_YET = "还没有发生什么。改点什么，或者按“播放”。"
QUIET = "　现在一切安定。"
CARD_NODES = "节点"
CARD_PODS = "Pod"
CARD_UPDATE = "更新"
CARD_EVENTS = "事件"
CARD_KUBECTL = "等价的 kubectl"
NO_EVENTS = "还没有事件"
NO_KUBECTL = "在上面点一下，这里就写出做同一件事的命令"
NONE = "（没有）"

PLAY, PAUSE = "▶ 播放", "❚❚ 暂停"
STEP_BUTTON = "一步 ▶"
NEXT_POD = "到下个 Pod 变化"
UNTIL_QUIET = "直到安定"
SPEED = "速度"
FIRST, BACK, LATEST = "«", "◀ 退一步", "»"
BRANCH = "从这里分支"
WHOLE = "全屏"
TO_NOW = "回到现在"
WHERE = "正在看 {time:.1f} s 时的集群（第 {number} 步，共 {count} 步）"
BRANCH_TITLE = "分支：从 {time:.1f} s 起"
ORIGINAL_TITLE = "原来的集群"
CLOSE_BRANCH = "关闭分支"
IN_BRANCH = "{line}　# 在分支里"
BRANCHED = "分支建好了：时间停着，两边改好策略，再按“播放”，它们就一起走。"
NOT_BRANCHED = "不能从这里分支：有的改动没有记下来，重演不出同一个集群。"
CARD_RECORDS = "表格与 YAML"
YAML_OF = {"DaemonSet": "选中的 DaemonSet", "Pod": "选中的 Pod", "Node": "选中的节点"}
NO_OBJECT = "这一刻没有选中的 {kind}。"
CARD_EXPORT = "保存"
SAVED = "已保存为 {name}，在左边的文件列表里。"
NOTHING_TO_SAVE = "还没有发生什么，没有动画可存。"

ADD_NODE, REMOVE_NODE = "＋ 加一个", "－ 移除"
LABEL, TAINT = "打标签", "加污点"
UNLABEL, UNTAINT = "去掉标签", "去掉污点"
LABEL_EXAMPLE, TAINT_EXAMPLE = "disk=ssd", "dedicated=gpu:NoSchedule"
CORDON, UNCORDON = "cordon", "uncordon"
NOT_READY, READY = "NotReady", "恢复 Ready"
DELETE_POD, FAIL_POD, BREAK_POD = "删除", "失败", "永不就绪"
SET_STRATEGY, SET_IMAGE, CREATE = "设定", "更新", "创建"
IMAGE = "镜像"
GROUP = "分组"
NO_GROUP = "不分组"
LABEL_HINT = "disk=ssd，去掉写 disk-"
TAINT_HINT = "dedicated=gpu:NoSchedule，去掉在后面加 -"
IMAGE_HINT = "ikubernetes/filebeat:5.6.6-alpine"

TIPS = {
    "add": "一台新机器加入集群",
    "remove": "把选中的节点移出集群",
    "label": "给选中的节点打标签；已经有了，就去掉",
    "taint": "给选中的节点加污点；已经有了，就去掉",
    "cordon": "不让新 Pod 调度到选中的节点",
    "ready": "让选中节点的 kubelet 报告 NotReady，或恢复",
    "image": "换成这个镜像；没有改过，就换成下一个版本；还没有 DaemonSet，就创建 filebeat-ds",
    "delete": "删除选中的 Pod",
    "fail": "让选中的 Pod 失败（phase 变为 Failed）",
    "break": "让选中的 Pod 一直到不了就绪",
    "play": "播放或暂停（空格键）",
    "step": "一个组件做一个动作（→ 键）",
    "next-pod": "一直走到下一次有 Pod 变化",
    "until-quiet": "一直走到没有什么要做",
    "first": "回到最开始（Home 键）",
    "back": "退回一个动作（← 键）",
    "now": "回到现在（End 键）",
    "branch": "从正在看的这一刻另开一个集群，和原来的并排比较，一起走",
    "whole": "占满整个屏幕，投影时用（F 键；Esc 键退出）",
    "close-branch": "只留下原来的集群",
    "png": "正在看的这一刻，一张图片",
    "svg": "正在看的这一刻，可以无限放大",
    "html": "到这一刻为止的动画，带播放按钮，不需要内核",
    "gif": "到这一刻为止的动画",
    "webp": "到这一刻为止的动画，比 GIF 小",
}

NO_NODE = "没有选中的节点：先加一个。"
NO_POD = "没有选中的 Pod：等控制器建出来。"
NO_SET = "还没有 DaemonSet：按“创建”，或者用 cluster.apply(...)。"
NEED_LABEL = "标签写作 key=value（例如 disk=ssd），要去掉就写 key-。收到的是：{text}"
NEED_TAINT = "污点写作 key=value:Effect（例如 dedicated=gpu:NoSchedule），Effect 只有 {effects}。收到的是：{text}"
NEED_AMOUNT = "{field} 要写个数（例如 1）或百分数（例如 30%）。收到的是：{text}"
BOTH_ZERO = "maxUnavailable 和 maxSurge 不能都是 0：那样一个 Pod 也换不了。"
BOTH_SET = "maxUnavailable 和 maxSurge 不能都大于 0：要么先停旧的，要么先起新的，把其中一个设为 0。"
NEED_IMAGE = "镜像名不能是空的，也不能有空格。"
REFUSED = "API server 拒绝了（{reason}）：{message}"
NOTHING_TO_DO = "现在没有什么要做的：一切安定。"
NOT_DONE = "没有做成：{error}"
DRAWING_FAILED = "画面更新失败：{error}"
NO_POD_CHANGE = "没有等到 Pod 变化：没有什么要做了，或者要等很久。"

BY_MACHINE = "# 没有对应的 kubectl：新机器上的 kubelet 自己向 API server 注册"
BY_KUBELET = "# 没有对应的 kubectl：这是 {node} 上的 kubelet 报告的"
BY_CONTAINER = "# 没有对应的 kubectl：这是 {pod} 的容器自己出的事"

SUMMARY = "{title}：{nodes} 个节点，{sets}"
ONE_SET = "{name} 期望 {desired}，就绪 {ready}，已更新 {updated}，不可用 {unavailable}"
NO_SETS = "没有 DaemonSet"
