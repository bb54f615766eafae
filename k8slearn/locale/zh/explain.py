"""The sentences of the explanations: why there is (or is no) Pod, and what it waits for."""

# Whether a Pod belongs on a Node.
PLACEMENT_ANSWERS = {
    (True, True): "这里该有一个 Pod",
    (False, True): "不会再放新的 Pod，已经在运行的可以留下",
    (False, False): "这里不该有 Pod，有也会被删掉",
}
PLACEMENT = {
    "node_name": "模板写明了 nodeName: {wanted}，不是这个 Node",
    "all": "没有 nodeSelector、没有亲和、没有污点：每个 Node 都算",
    "selector": "nodeSelector 要求 {key}={value}",
    "term": "亲和条件 {number}",
    "empty_term": "亲和条件 {number} 是空的：空条件不匹配任何 Node",
    "terms": "亲和条件有 {count} 组，满足其中一组就行",
    "found": "这个 Node 是 {key}={actual}",
    "absent": "这个 Node 没有 {key}",
    "taint": "污点 {taint}",
    "tolerated": "被容忍：{toleration}，{origin}",
    "user": "这是你在模板里写的",
    "controller": "这是控制器自动加给每个 DaemonSet 的 Pod 的",
    "both": "这是你在模板里写的；不写，控制器也会自动加",
}
UNTOLERATED = {
    "NoSchedule": "没有被容忍：新 Pod 不能来",
    "NoExecute": "没有被容忍：新 Pod 不能来，旧的也要走",
    "PreferNoSchedule": "没有被容忍，但它只是“最好别来”，DaemonSet 不管",
}

# What a Pod waits for, and what this round does with it.
POD_STATES = {
    "terminating": "正在终止：kubelet 停下容器之后它才消失",
    "gated": "被 schedulingGates 拦着（{gates}）：全部拿掉之后才进调度队列",
    "unbound": "还没有绑定：等调度器把它放到 {node}",
    "refused": "调度器放不下：{message}",
    "preparing": "容器还在准备：{reason}",
    "waiting": "容器起不来：{reason}",
    "starting": "已绑定到 {node}，kubelet 正在拉镜像、启动容器",
    "unready": "在运行，但还没有就绪",
    "settling": "已就绪，再过 {seconds:.0f} 秒（minReadySeconds）才算可用",
    "available": "就绪，而且可用",
    "finished": "已经结束（{phase}）",
}
# Why a container waits, why a Pod is not ready, who evicted it.
CONTAINERS = {
    "init": "init 容器 {name} 还没有跑完，排在它后面的都等着",
    "preparing": "容器 {name} 还在准备：卷、网络和镜像都好了才启动",
    "obstacle": "容器还建不起来：{message}",
    "ended": "容器 {name} 结束了（{how}）；按 restartPolicy 不再启动",
    "crash": "容器 {name} 结束了（{how}），已经重启过 {count} 次；退避之后再启动，等的时间从 10 秒加倍到最多 300 秒",
    "restarted": "容器 {name} 重启过 {count} 次，上一次{how}",
    "startup": "容器 {name} 的启动探针还没有成功过，就绪探针要等它",
    "probe": "容器 {name} 在运行，但就绪探针说它还不能接请求",
    "said": "：{message}",
    "gate": "容器都好了，但 readinessGates 里的 {type} 还不是 True，要等写它的那一方",
    "silent": "{node} 失联了，Node 控制器替 kubelet 把它标成未就绪；容器可能还在运行",
    "failed": "{reason}：{message}",
}
ENDS = {
    "code": "退出码 {code}，{reason}",
    "oom": "超过 limits.memory，被内核杀掉（{reason}，退出码 {code}）",
}
WAITING = {
    "ErrImagePull": "容器 {name} 拉不到镜像：{message}",
    "ImagePullBackOff": "容器 {name} 拉不到镜像，隔一阵再试，间隔从 10 秒加倍到最多 300 秒：{message}",
    "ErrImageNeverPull": "imagePullPolicy 是 Never，而这个 Node 上没有镜像：{message}",
    "InvalidImageName": "容器 {name} 的镜像名不合规矩，改对之前不会去拉：{message}",
    "CreateContainerConfigError": "容器 {name} 引用的 ConfigMap 或 Secret 有问题：{message}",
    "other": "容器 {name} 在等（{reason}）：{message}",
}
DISRUPTIONS = {
    "TerminationByKubelet": "kubelet 驱逐了它：{message}",
    "DeletionByTaintManager": "污点驱逐控制器要它走：它不容忍 Node 的 NoExecute 污点",
    "PreemptionByScheduler": "调度器要它给优先级更高的 Pod 让位：{message}",
    "EvictionByEvictionAPI": "有人用 Eviction API 请它走，kubectl drain 就是这样做的",
    "DeletionByPodGC": "Pod 垃圾收集器（pod-gc）要它走：{message}",
    "other": "它要被驱逐（{reason}）：{message}",
}
POD_VERSION = {
    "version": "它是版本 {number}，{which}",
    "current": "就是现在的模板",
    "old": "现在的模板是版本 {current}",
    "newer": "模板刚改过，控制器还没有给它编号",
    "unknown": "没有版本的标记",
}
POD_REMOVALS = {
    "not-wanted": "会被删除：这个 Node 上不该有它",
    "failed": "会被删除并重建：它失败了（同一个 Node 上接连失败，就要先等一等，越等越久）",
    "succeeded": "会被删除并重建：daemon 不该结束",
    "excess": "会被删除：同一个 Node 上多出来的，留下最老的",
    "old-not-ready": "会被删除：同一个 Node 上有了新 Pod，而它没有就绪",
    "new-available": "会被删除：同一个 Node 上的新 Pod 已经可用",
    "rollout": "这一轮会被替换",
}
POD_KEPT = {
    "on_delete": "不会被替换：更新策略是 OnDelete，等你删它",
    "no_room": "这一轮轮不到它：额度用完了",
    "first": "这一轮先在它的 Node 上开新 Pod，新的可用了它才走",
    "current": "不用替换",
}

# The arithmetic of a round of the rolling update.
ROLLOUT = {
    "on_delete": "OnDelete：控制器不替换，等你自己删旧 Pod",
    "done": "所有 Pod 都已经是最新版本",
    "ending": "没有等着换的旧 Pod 了，不可用的还有 {count} 个（{nodes}）",
    "ending_surge": "没有等着换的旧 Pod 了，正在换的还有 {count} 个（{nodes}）",
    "free": "本轮还能替换 {free} 个",
    "free_surge": "本轮还能先多开 {free} 个新 Pod",
    "blocked": "{node} 已经不在了，它的 Pod 还在：surge 停下来等 Pod 被回收",
    "percent": "{field} {value} × {desired} = {product:g}，向上取整 = {number}",
    "number": "{field} = {number}，该有 Pod 的 Node 有 {desired} 个",
    "both_zero": "maxUnavailable 和 maxSurge 都是 0，按 maxUnavailable 1 算",
    "busy": "已有 {count} 个不可用（{nodes}）",
    "busy_surge": "正在换的有 {count} 个（{nodes}）",
    "idle": "现在没有不可用的",
    "idle_surge": "现在没有正在换的",
    "forced": "本来就不可用的旧 Pod 有 {count} 个：一定替换，也占额度",
    "forced_surge": "旧 Pod 不可用的 Node 有 {count} 个：一定先开新 Pod，不等额度",
    "so": "所以本轮还能替换 {limit} − {used} = {free} 个",
    "so_surge": "所以还能先多开 {limit} − {used} = {free} 个",
    "over": "已经用掉 {used} 个，额度只有 {limit} 个：本轮一个也不多换",
    "candidates": "还在用旧版本、可以替换的有 {count} 个",
    "order": "真实的控制器在候选里不按固定顺序挑选",
}

# Where the scheduler puts a Pod.
SCHEDULER_ANSWERS = {
    "fits": "调度器会把它放到 {node}",
    "nowhere": "调度器放不下它：{message}",
}
NO_TARGET = "它指定的 Node 不存在"
NO_CLAIM = "它要的 PersistentVolumeClaim 还用不了"
WAITS_FOR_VOLUMES = "要等 {claims} 绑定了 PersistentVolume，才会放过去"
FITS = "{node} 放得下"
SCHEDULER_REFUSALS = {
    "cordoned": "{node} 被 cordon 了（不可调度）",
    "no toleration": "{node} 的污点 {taints} 没有被容忍",
    "no labels": "{node} 不满足 Pod 的 nodeSelector 或节点亲和性",
    "no ports": "{node} 上的 hostPort {ports} 已经有人占了",
    "too many": "{node} 最多放 {total} 个 Pod，已经有 {used} 个",
    "skewed": "放到 {node} 就不均匀了：topologySpreadConstraints 不许",
    "no domain": "{node} 没有 topologySpreadConstraints 要的标签，算不出它属于哪一块",
    "no friends": "{node} 附近没有 podAffinity 要的 Pod",
    "foes": "{node} 附近已经有 podAntiAffinity 要避开的 Pod",
    "guarded": "{node} 附近有 Pod 用 podAntiAffinity 挡着它",
    "out of reach": "{node} 用不了它的 PersistentVolume：存储卷的 nodeAffinity 不含这个 Node",
    "other zone": "{node} 用不了它的 PersistentVolume：存储卷的标签写的是别的可用区",
    "no volume": "{node} 上没有可以绑定的 PersistentVolume，也没有谁会在那里创建",
    "no disk": "{node} 上已经有 Pod 用着同一块磁盘，这种存储卷不能两个 Pod 一起写",
    "in use": "它的 PersistentVolumeClaim 是 ReadWriteOncePod：已经有一个 Pod 在用，去哪个 Node 都不行",
}
PREEMPTION = {
    "victims": "优先级 {priority} 高于它们：结束 {victims}（在 {node} 上），就放得下",
    "none": "没有优先级低于 {priority} 的 Pod 可以让路",
    "never": "preemptionPolicy 是 Never：它排队时在前面，可是不抢占别的 Pod",
    "waiting": "{node} 已经留给它（nominatedNodeName），等 {victims} 结束",
}
REFUSED_CREATION = {
    "message": "上一次创建被 API server 拒绝：{message}",
    "quota": "ResourceQuota 满了：调大 hard、删掉别的 Pod，或者少要一点",
    "quota_silent": "ResourceQuota 限了 cpu 或 memory，每个容器就得写明 requests 或 limits（LimitRange 可以替它写）",
    "limit_range": "LimitRange 给每个容器（或 Pod）划了上下限，模板超出了",
    "pod_security": "命名空间的标签 pod-security.kubernetes.io/enforce 不让这样的 Pod 进来：改模板，或者换一级",
    "priority_class": "priorityClassName 写的 PriorityClass 还没有：先创建它",
    "service_account": "serviceAccountName 写的 ServiceAccount 在这个命名空间里没有：先创建它",
    "invalid": "模板本身通得过，照它做出来的 Pod 通不过检查",
    "retry": "控制器会再试，越等越久（从 5 ms 翻倍，最长约 17 分钟）；改好了也没有谁叫醒它，要等下一次",
}
LACKING = (
    "{node} 的 {resource} 不够：要 {wanted}，一共 {total}，已经占了 {used}，只剩 {free}"
)
OTHER_REFUSAL = "{node}：{reason}"

# All that can be said of one Node or one Pod.
HERE = {
    "title": "{daemon_set} 在 {node}",
    "will_create": "现在这里没有它的 Pod：控制器下一次同步就创建",
    "none": "现在这里没有它的 Pod",
    "has": "这里有它的 Pod {pod}：{state}",
    "gone": "Node 已经不在了，Pod 还没有被回收",
    "bare": "这个 Pod 不归任何 DaemonSet 管",
    "ahead": "Node 的时钟快了：它写的就绪时间比控制器的现在晚 {seconds:.0f} 秒，minReadySeconds 从那时才开始算",
}

# Who made a Pod and who sent it away.
CREATED = {
    "manage": "{time:.1f} 秒，控制器创建了它：{node} 该有一个 Pod，而当时没有",
    "rollout": "{time:.1f} 秒，控制器创建了它：滚动更新先开新 Pod（maxSurge），旧的先留着",
    "user": "{time:.1f} 秒，是你自己创建的它，不是 DaemonSet 控制器",
    "replicas": "{time:.1f} 秒，{who} 创建了它：副本不够数",
    "other": "{time:.1f} 秒，{who} 创建了它",
}
BEFORE = "在它之前，{node} 上的 Pod {pod} {how}"
SENT_AWAY = {
    "user": "是你删的",
    "scheduler": "被调度器抢占了：给优先级更高的 Pod 腾地方",
    "preempted": "被调度器抢占了：给优先级更高的 {who} 腾地方",
    "evicted": "被驱逐了（Eviction API，比如 kubectl drain）：PodDisruptionBudget 允许",
    "taint-eviction": "被污点驱逐了：它不容忍 Node 的污点",
    "pod-gc": "被 Pod 垃圾收集器（pod-gc）删除了",
    "garbage-collector": "被垃圾收集器删除了：它的属主（owner）不在了",
    "daemonset-controller": "被 DaemonSet 控制器删了",
    "daemonset-controller?": "多半是被 DaemonSet 控制器删了：它是旧版本，而滚动更新正在进行",
    "replicaset-controller": "被 ReplicaSet 控制器删了：多出来了，或者旧版本该退了",
    "replication-controller": "被 ReplicationController 删了：多出来了",
    "statefulset-controller": "被 StatefulSet 控制器删了：缩容、换版本，或者它结束了要照原名重建",
    "job-controller": "被 Job 控制器删了：不需要它跑了",
    "other": "被{who}删了",
    "not-wanted": "被控制器删了：这个 Node 上不该有它",
    "failed": "失败了，被控制器删掉重建",
    "succeeded": "自己结束了，被控制器删掉重建",
    "excess": "是多出来的，被控制器删了",
    "old-not-ready": "没有就绪，新 Pod 一来控制器就删了它",
    "new-available": "等到新 Pod 可用之后才被控制器删掉",
    "rollout": "在滚动更新里轮到了，被控制器删了",
}
ENDING = "{time:.1f} 秒，它{how}"


def spaced(name: str) -> str:
    """A name amid Chinese: with spaces around it where it is written in Latin letters."""
    return f" {name} " if name.isascii() else name


# Where the other controllers' objects stand.
WORKLOAD = {
    "replicas": "要 {total} 个 Pod，现在有 {there} 个",
    "more": "还有 {count} 个 Pod 也没有可用",
}
DEPLOYMENT = {
    "deleting": "正在删除",
    "paused": "暂停着（paused）：副本数照样跟随，模板的改动等恢复以后才推出",
    "done": "推出已完成：{total} 个 Pod 都是现在的模板，而且可用",
    "late": "推出卡住了（ProgressDeadlineExceeded）：{seconds} 秒里没有任何进展；控制器不会自己回滚，只是这样报告",
    "rolling": "正在推出：新 ReplicaSet 要 {size} 个 Pod（共 {total} 个），旧的还剩 {old} 个",
    "recreate": "Recreate：旧 Pod 全部结束以后才开新的；新的要 {size} 个（共 {total} 个），旧的还剩 {old} 个",
    "most": "最多 {total} + maxSurge {surge} = {most} 个 Pod（写的是 {given}，向上取整）",
    "least": "至少要有 {total} − maxUnavailable {missing} = {least} 个可用（写的是 {given}，向下取整）",
    "now": "现在可用的有 {available} 个",
    "both_zero": "maxSurge 和 maxUnavailable 取整以后都是 0，按 maxUnavailable 1 算",
    "may_go": "新 Pod 里有 {not_yet} 个还不可用；旧的还能减 {may_go} 个",
    "none_may_go": "新 Pod 里有 {not_yet} 个还不可用：旧的一个也不能再减",
}
STATEFUL_SET = {
    "new": "控制器还没有处理过它",
    "waits": "等 {pod} 可用：OrderedReady 一次只动一个，前面的没好，后面的就不动",
    "waits_parallel": "更新在等 {pod} 可用，一次只换一个",
    "going": "控制器下一次同步要动手",
    "done": "没有什么要做的",
    "missing": "要创建 {pod}",
    "ended": "要删除 {pod}：它结束了，删了再照原名重建",
    "scaled-down": "要删除 {pod}：缩容从最大的序号开始",
    "rollout": "要删除 {pod}：它不是新版本，更新从最大的序号开始",
}
JOB = {
    "Complete": "已完成：{message}",
    "Failed": "失败了：{message}",
    "suspended": "挂起了（suspend）：不开 Pod",
    "running": "有 {count} 个 Pod 在跑",
    "waiting": "在等下一次尝试：失败以后先等 10 秒，每多失败一次加倍",
    "new": "还没有 Pod",
    "counts": "成功 {succeeded} 个（要 {wanted} 个），失败 {failed} 个（backoffLimit {limit}）",
    "any": "任意一",
}
CRON_JOB = {
    "next": "下一次在 {seconds:.0f} 秒后",
    "suspended": "挂起了（suspend）：到点也不创建 Job",
    "last": "上一次是 {time}",
    "active": "{job} 还在跑",
    "forbidden": "到点了，可是上一个还在跑，concurrencyPolicy 是 Forbid：这一次不做",
    "too-late": "错过了：已经晚于 startingDeadlineSeconds",
}
OWNED = {
    "ReplicaSet": "它属于 Deployment {above} 的 ReplicaSet {name}",
    "bare ReplicaSet": "它属于 ReplicaSet {name}",
    "StatefulSet": "它属于 StatefulSet {name}：名字和序号固定，删了会照原名重建",
    "Job": "它属于 Job {name}：跑完就不再启动",
}
STANDS = "{about} 现在：{answer}"
