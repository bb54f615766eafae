"""怎样才会？: the sentences of the changes that would make a Pod or a rollout go on."""

AFFINITY = "节点亲和性"
BOTH = "{first}；再{second}"

UNTAINT = "去掉 {nodes} 的污点 {taint}"
TOLERATE = "让 {who} 的 Pod 容忍污点 {taint}"
LABEL = "给 {nodes} 加上标签 {labels}"
WIDEN = "在 {who} 的亲和条件里，给 {key} 加上这个 Node 的值"
LOOSEN = "去掉 {who} 的模板里的 {what}"
NO_AFFINITY = "去掉 {who} 的模板里必须满足的 {kind}"

UNCORDON = "让 {nodes} 恢复可调度（uncordon）"
GATES = "拿掉 {pod} 的 schedulingGates：{gates}"
OTHER_PORT = "把 {who} 的 hostPort 从 {port} 换成没人用的 {free}"
NO_PORT = "{who} 不再占用 Node 的端口 {port}（去掉 hostPort）"
DELETE = "删除 Pod {pods}"
SMALLER = "{who} 的容器 {container} 少申请一点：{resource} 只要 {amount}"
CLASS = "给 {who} 的 Pod 用优先级 {name}"
NEW_CLASS = "创建优先级 {name}，给 {who} 的 Pod 用"
NO_CLASS = "{who} 的模板里不再写优先级 {name}"
SPREAD = "{who} 的分布约束改成“尽量”（ScheduleAnyway）"

PULL = "让 {who} 的镜像在 Node 上没有时就去拉（imagePullPolicy: IfNotPresent）"
IMAGE = "把 {who} 的镜像换回以前的：{images}"
UNDO = "把 {who} 回滚到版本 {number}"
MEMORY = "把容器 {container} 的内存上限提高到 {amount}"
NO_PROBE = "去掉容器 {container} 的 {probe}（只是不再检查，程序不会因此变好）"
FINALIZERS = "去掉 Pod {pod} 的 finalizers（{finalizers}），它才能真正消失"
NO_GATES = "去掉 {who} 的 readinessGates：{gates}"
NO_SYSCTLS = "去掉 {who} 的模板里的 sysctls"
CREATE = "创建缺的 {kind} {name}"
ADD_KEY = "给 {kind} {name} 补上缺的键 {keys}"

QUOTA = "把 ResourceQuota {name} 的上限提高到 {amounts}"
SAY = "给 {who} 的容器写明要多少 cpu 和内存"
WITHIN = "把 {who} 的容器改到 LimitRange 允许的范围里"
LEVEL = "把命名空间 {place} 的 Pod Security 改成 {level}"
NO_HOST = "{who} 的模板里不再要 {what}"
CAREFUL = "按 restricted 的要求改 {who} 的模板"

RESUME = "恢复 {who} 的推出（它暂停着）"
NOT_SUSPENDED = "让 {who} 不再挂起"
PARTITION = "把 {who} 的 partition 改成 0"
LIMIT = "把 {who} 的 {field} 提高到 {number}"
DELETE_OLD = "按 OnDelete 的规矩，自己删除 {count} 个旧 Pod：{pods}"
ROLLING = "把 {who} 的更新策略改成 RollingUpdate"
DELETE_NODE = "这台机器不要了：删除 Node {nodes}"

MEND = {
    "node": "{node} 这台机器得先回来：kubelet 和容器运行时重新工作",
    "disk": "{node} 的磁盘得先腾出地方",
    "memory": "{node} 的内存得先腾出来",
    "images": "镜像仓库得先恢复",
    "controller": "控制器 {node} 得先重新运行",
}
# Where there is no kubectl line.
BY_HAND = {
    "node": "# 没有这样的 kubectl 命令：到 {node} 上看 kubelet（systemctl status kubelet）",
    "disk": "# 没有这样的 kubectl 命令：到 {node} 上清理磁盘",
    "memory": "# 没有这样的 kubectl 命令：到 {node} 上看谁占了内存",
    "images": "# 没有这样的 kubectl 命令：镜像仓库要在它那边修好",
    "controller": "# 没有这样的 kubectl 命令：把控制平面上的 {name} 重新启动",
}

WAIT = "什么都不用改，等一等就好"
PROOF = {
    "at once": "在克隆的集群里试过：马上 {wanted} 个{unit}都好了",
    "complete": "在克隆的集群里试过：{seconds:.0f} 秒后 {wanted} 个{unit}都好了",
    "moving": "在克隆的集群里试过：{seconds:.0f} 秒后 {wanted} 个{unit}里已有 {well} 个好了，还在往前走",
    "further": "在克隆的集群里试过：能往前走，但 {wanted} 个{unit}里只有 {well} 个能好",
}
UNITS = {"Node": " Node 上的 Pod ", "Pod": " Pod "}
NODES_GONE = "会少 {count} 个 Node（{names}）"
MORE_NODES = "会让另外 {count} 个 Node 也有它的 Pod（{names}）"
FEWER_NODES = "会让 {count} 个 Node 不再有它的 Pod（{names}）"
REBUILT = "会让另外 {count} 个 Pod 重建"
ON_DELETE = "另外 {count} 个 Pod 要等你自己删除，才会换成新的"
OTHERS = "会结束别的 {count} 个 Pod（{names}）"
AND_MORE = " 等"

# The lab's card --------------------------------------------------------------------------

NODE = "{node} 上怎样才会有 Pod？"
NO_NODE = "这个 Node 上怎样才会有 Pod？"
ROLLOUT = "更新怎样才会走完？"
TIP = "在克隆的集群里一样一样地试，列出能行的改动"
WHAT = "Pod 来不了，或者更新停住了：问一问，最小的改动是什么。"
TRYING = "正在克隆的集群里试……"
FOUND = "试了 {tried} 种改动，{count} 种能行，改得最少的排在最前面。"
FOUND_ONE = "试了 {tried} 种改动，只有这一种能行。"
NONE = "试了 {tried} 种改动，没有一种能行。看看“为什么？”里是什么在拦着。"
WELL = "这里没有什么停着。"
OLD = "集群又有了变化，再问一次吧。"
PAST = "现在看的是过去：先回到现在，再问。"
DO = "照做"
DO_TIP = "照第 {number} 条改"
DONE = "照做了：{text}。"
BESIDES = "⚠ {effect}"
STOP = "。"
BAD = "这不是一种改动：{text}"
