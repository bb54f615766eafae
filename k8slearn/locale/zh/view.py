"""The words of the pictures, the sentences and the player; phases and problems by Kubernetes' own names."""

LANGUAGE = "zh-CN"  # of a saved page, for screen readers and hyphenation
COMMA = "，"
LIST_COMMA = "、"
FULL_STOP = "。"

TIMELINE = "时间轴"
# ----- components ---------------------------------------------------------------------

CHIPS = {
    "user": "你",
    "daemonset-controller": "DaemonSet 控制器",
    "scheduler": "调度器",
    "kubelet": "kubelet",
    "garbage-collector": "垃圾收集器",
    "other": "其他控制器",
}
SHORT_CHIPS = {
    "daemonset-controller": "控制器",
    "garbage-collector": "收集器",
    "other": "其他",
}
ACTORS = {
    "user": "你",
    "daemonset-controller": "DaemonSet 控制器",
    # Of a real cluster, where nothing says who it was.
    "daemonset-controller?": "DaemonSet 控制器（推测）",
    "deployment-controller": "Deployment 控制器",
    "replicaset-controller": "ReplicaSet 控制器",
    "replication-controller": "ReplicationController",
    "statefulset-controller": "StatefulSet 控制器",
    "job-controller": "Job 控制器",
    "cronjob-controller": "CronJob 控制器",
    "ttl-after-finished-controller": "TTL 控制器",
    "scheduler": "调度器",
    "kubelet": "kubelet",
    "garbage-collector": "垃圾收集器",
    "pod-gc": "Pod 垃圾收集器",
    "node-lifecycle": "Node 生命周期控制器",
    "taint-eviction": "污点驱逐控制器",
    "endpointslice": "EndpointSlice 控制器",
    "namespace-controller": "命名空间控制器",
    "serviceaccount-token-controller": "ServiceAccount 令牌控制器",
    "ephemeral-volume-controller": "临时卷控制器",
    "persistentvolume-binder": "存储卷控制器",
    "persistentvolume-protection-controller": "存储卷保护控制器",
    "persistentvolumeclaim-protection-controller": "PersistentVolumeClaim 保护控制器",
}
SHORT_ACTORS = {
    **ACTORS,
    "daemonset-controller": "控制器",
    "daemonset-controller?": "控制器（推测）",
    "deployment-controller": "Deployment",
    "replicaset-controller": "ReplicaSet",
    "statefulset-controller": "StatefulSet",
    "job-controller": "Job",
    "cronjob-controller": "CronJob",
    "ttl-after-finished-controller": "TTL",
    "pod-gc": "Pod 回收",
    "node-lifecycle": "Node 控制器",
    "taint-eviction": "污点驱逐",
    "endpointslice": "EndpointSlice",
    "namespace-controller": "命名空间",
}

FAILED = "没做成，过一会儿再试：{error}"
FAILED_AT = "没做成 {subject}，过一会儿再试：{error}"

# ----- Pods and Nodes -----------------------------------------------------------------

PHASES = {
    "unbound": "等待调度",
    "starting": "启动中",
    "not-ready": "未就绪",
    "ready": "就绪",
    "ending": "正在终止",
    "failed": "失败",
    "succeeded": "已完成",
}
PROBLEMS = {
    "Unschedulable": "无法调度",
    "ErrImagePull": "拉不到镜像",
    "ImagePullBackOff": "拉不到镜像",
    "InvalidImageName": "镜像名有误",
    "CrashLoopBackOff": "反复崩溃",
    "CreateContainerError": "容器建不成",
    "CreateContainerConfigError": "配置缺失",
    "ErrImageNeverPull": "没有镜像",
    "RunContainerError": "启动出错",
    "PostStartHookError": "钩子出错",
    "Error": "已退出",
    "Completed": "已退出",
    "OOMKilled": "内存超限",
    "Evicted": "被驱逐",
    "OutOfcpu": "CPU 不够",
    "OutOfmemory": "内存不够",
    "OutOfpods": "Pod 太多",
    "NodePorts": "端口被占",
}
RESTARTED = "{word} ×{count}"
FAILED_FOR = "（{reason}）"
RESTART_NUMBER = "第 {count} 次"
NODE_GONE = "Node 已移除"
NODE_NOT_READY = {"False": "NotReady", "Unknown": "失联 Unknown"}
CORDONED = "已 cordon"
TAINTS = "污点 {taints}"
MORE_TAINTS = " 等 {count} 个"
BADGES = {"not-ready": "!", "cordoned": "⊘", "taint": "▲"}

# ----- the picture --------------------------------------------------------------------

TITLE = "DaemonSet 实验室"
COUNTERS = {
    "desired": "期望",
    "ready": "就绪",
    "updated": "已更新",
    "unavailable": "不可用",
}
STEP = "本步："
NOTHING_YET = "还没有发生什么"
BEGINNING = "开始时"
SECONDS = "{time:.1f} s"
EMPTY_CLUSTER = "集群里还没有 Node"
EMPTY_NODE = "没有 Pod"
GROUP = "{key} = {value}"
NO_LABEL = "没有标签 {key}"
CONTINUED = "{group}（续）"
LEGEND_VERSION = "版本 {number}"
LEGEND_HINT = "形状与数字 = 版本（不靠颜色也能分辨）"
BADGE_LEGEND = "! NotReady　⊘ cordon　▲ 污点"
OWNERS = "谁的 Pod："
OWNER_GAP = "　"
ONLY = "图中只有 {name} 的 Pod"
NO_POD_TALLY = "没有 Pod {count}"
PICTURE = "{nodes} 个 Node，{pods} 个 Pod"
PICTURE_OF = (
    "{name}：期望 {desired}，就绪 {ready}，已更新 {updated}，不可用 {unavailable}；"
    + PICTURE
)

# ----- animations ---------------------------------------------------------------------

ANIMATION = "动画：{steps} 步"
ANIMATION_OF = "动画：{name}，{steps} 步"
CAPTION = "{time}　{sentence}"
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

# ----- requests -----------------------------------------------------------------------

TRAFFIC = "谁和谁说了话：{count} 次请求，{answered} 次有人回答"
TRAFFIC_LEGS = {
    "dns": "{origin} 问 DNS：这个名字在哪里？",
    "service": "{origin} 把包发给 Service {target}",
    "service pod": "Service {origin} 把包转给 {target}",
    "node": "{origin} 把包发给 {target} 的端口",
    "node pod": "{origin} 把包转给自己身上的 {target}",
    "pod": "{origin} 直接把包发给 {target}",
}
TRAFFIC_LABELS = {"dns": "{name}", "service": "Service {name}", "outside": "{name}"}
TRAFFIC_NO_POD = "这里没有它的 Pod"
TRAFFIC_TIMES = "×{count}"
TRAFFIC_FAILED = "✘"

# ----- strategies compared ------------------------------------------------------------

AVAILABILITY = "哪种策略让服务断得最少？"
AVAILABILITY_AXES = {"available": "可用的 Pod", "failed": "失败的请求（累计）"}
AVAILABILITY_TIME = "更新开始后的秒数"
AVAILABILITY_DESIRED = "期望 {count}"

# ----- what a write did ---------------------------------------------------------------

CLAUSES = {
    "pod-made": "创建 Pod {names}{revision}",
    "pod-created": "为 {nodes} 创建 Pod{revision}",
    "pod-deleted": "删除 {nodes} 上的 Pod{revision}，等它终止",
    "pod-evicted-by-kubelet": "驱逐 {nodes} 上的 Pod：Node 的资源不够了",
    "pod-evicted-by-taint": "驱逐 {nodes} 上的 Pod：Node 带着 NoExecute 污点",
    "pod-preempted": "抢占 {nodes} 上的 Pod{revision}：给优先级更高的腾地方",
    "pod-evicted-by-api": "驱逐 {nodes} 上的 Pod{revision}（Eviction API），等它终止",
    "pod-nominated": "放不下 {names}，先把 {detail} 留给它",
    "pod-reserved": "把 {detail} 留给 {names}，等它的存储卷绑定好",
    "pod-bound": "把 Pod 绑定到 {nodes}",
    "pod-unschedulable": "没法把 Pod 放到 {nodes}",
    "pod-problem": "没能启动 {nodes} 上的 Pod：{detail}",
    "pod-exited": "报告 {nodes} 上的容器退出了：{detail}",
    "pod-restarted": "重启 {nodes} 上的容器（{detail}）",
    "pod-creating": "在 {nodes} 上准备 Pod 的容器",
    "pod-running": "启动了 {nodes} 上的 Pod{revision}，它还没有就绪",
    "pod-ready": "报告 {nodes} 上的 Pod 就绪{revision}",
    "pod-unready": "报告 {nodes} 上的 Pod 不再就绪",
    "pod-failed": "报告 {nodes} 上的 Pod 失败{detail}",
    "pod-succeeded": "报告 {nodes} 上的 Pod 运行结束",
    "pod-gone": "停掉 {nodes} 上的 Pod{revision}，它从集群里消失",
    "pod-collected": "回收 {nodes} 上的 Pod",
    "pod-adopted": "收养 {nodes} 上的 Pod",
    "pod-released": "放开 {nodes} 上的 Pod，不再管它",
    "pod-labels": "改了 {nodes} 上的 Pod 的标签",
    "node-added": "加入 Node {names}",
    "node-removed": "移除 Node {names}",
    "node-labels": "给 {names} 改标签：{detail}",
    "node-tainted": "给 {names} 加污点 {detail}",
    "node-untainted": "去掉 {names} 的污点 {detail}",
    "node-cordoned": "把 {names} 设为不可调度（cordon）",
    "node-uncordoned": "让 {names} 恢复可调度（uncordon）",
    "node-ready": "让 {names} 变为 Ready",
    "node-not-ready": "让 {names} 变为 NotReady",
    "node-unknown": "让 {names} 变为 Unknown（失联）",
    "daemonset-created": "创建 DaemonSet {names}",
    "daemonset-image": "把 {names} 的镜像改为 {detail}",
    "daemonset-undone": "用 kubectl 写回 {names} 的旧模板（镜像 {detail}）",
    "daemonset-strategy": "把 {names} 的更新策略改为 {detail}",
    "daemonset-changed": "修改 DaemonSet {names}",
    "daemonset-deleting": "开始删除 DaemonSet {names}",
    "daemonset-gone": "删除 DaemonSet {names}",
    "daemonset-status": "更新 {names} 的状态：{detail}",
    "workload-image": "把 {kind} {names} 的镜像改为 {detail}",
    "workload-scaled": "把 {kind} {names} 的副本数改了：{detail}",
    "workload-status": "更新 {kind} {names} 的状态：{detail}",
    "job-ended": "宣布 Job {names} 结束：{detail}",
    "revision-created": "记下{detail}（ControllerRevision {names}）",
    "revision-renumbered": "把旧模板重新编号为{detail}（ControllerRevision {names}）",
    "revision-removed": "清理{detail}（ControllerRevision {names}）",
    "api-served": "登记自己的 Service {names}：集群里的程序由它找到 API server",
    "other-added": "创建 {kind} {names}",
    "other-changed": "更新 {kind} {names}",
    "other-removed": "删除 {kind} {names}",
    "warning": "报警 {detail}",
    "event": "记下事件 {detail}",
}
CLAUSE_JOIN = "；"
REVISION = "（版本 {number}）"
REVISION_NUMBER = "版本 {number}"
STATUS = "期望 {desired}，就绪 {ready}，已更新 {updated}，不可用 {unavailable}"
LABEL_REMOVED = "去掉 {key}"
EVENT = "{reason}：{message}"
NOWHERE = "（未定 Node）"
LINE_OF_POD = "{clause}　{pod}"
FIRST_OF_MANY = "{names} 等 {count} {unit}"
PIECES = "个"
NODES = "个 Node"


def join(names: list[str], most: int = 4, unit: str = PIECES) -> str:
    """Names with the Chinese comma; of many only the first few and their number, so that a sentence stays short."""
    shown = LIST_COMMA.join(names[:most])
    if len(names) <= most:
        return shown
    return FIRST_OF_MANY.format(names=shown, count=len(names), unit=unit)


def glue(*words: str) -> str:
    """Words in a row, with a space where Chinese meets Latin letters or digits."""
    line = ""
    for word in filter(None, words):
        if line and _wants_space(line[-1], word[0]):
            line += " "
        line += word
    return line


def _wants_space(before: str, after: str) -> bool:
    """Between Chinese and Latin, but not beside punctuation: a full-width mark brings its own room."""
    if before in " ：，（、" or after in "，。：（、 ":
        return False
    return before.isascii() != after.isascii()
