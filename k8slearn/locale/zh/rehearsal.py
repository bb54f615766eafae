"""What a rehearsal says: how long, how many away, stuck where, which limit to take."""

NOTHING = "（没有）"
STOP = "。"
UNITS = {1: "秒", 60: "分钟", 3600: "小时"}
DURATION = "{number} {unit}"
RANGE = "{first}～{last}"

# What cannot be rehearsed
ERRORS = {
    "what": "要演练什么？用 --image ds/名字=镜像，或者用 --apply 文件，二选一。",
    "image_form": "看不懂 “{given}”：要写成 ds/名字=镜像，例如 ds/agent=agent:2。",
    "no_set": "没有名为 {name} 的 DaemonSet。有的是：{known}。",
    "which_place": "{known} 里都有叫 {name} 的 DaemonSet：请用 --namespace 指明是哪一个。",
    "which_container": "{name} 的 Pod 里有几个容器（{known}）：请写成 ds/{name}/容器=镜像。",
    "no_container": "{name} 里没有容器 {given}。有的是：{known}。",
    "manifest": "这份清单读不懂：{why}",
    "one_set": "清单里要正好有一个 DaemonSet，现在是：{known}。",
    "refused": "API server 不会接受这个改动：{why}",
    "no_nodes": "没有一个 Node 符合 {name} 的条件，没有什么可以滚动更新。",
    "no_limit": "看不懂上限 “{given}”：要写成个数（3）、百分比（10%）、surge=个数，或者 on-delete。",
    "both_zero": "上限 “{given}” 是 0：maxUnavailable 和 maxSurge 不能都是 0，那样一个也换不了。",
    "both_set": (
        "maxUnavailable 和 maxSurge 不能同时大于 0，API server 会拒绝。"
        "要把两种做法放在一起比较，请写 --limits {example}。"
    ),
    "on_delete": (
        "这个 DaemonSet 的更新策略是 OnDelete：改了模板，什么也不会自动发生。"
        "请选一种做法：--on-delete（你一个一个删），或者 --max-unavailable 1（改成滚动更新）。"
    ),
}

# How long each part of a Pod's replacement takes, and how that is known
PHASES = {
    "pull": "拉取镜像",
    "create": "启动容器",
    "ready": "启动之后到就绪",
    "stop": "停下旧 Pod",
}
BASIS = {
    "seen": "{what}：通常 {usual}（看到 {count} 次）",
    "rollout": "{what}：通常 {usual}（由上一次滚动更新里 Pod 的先后推算，{count} 次）",
    "nodes": "，最快的 Node 是 {fast}（{quick}），最慢的是 {lame}（{slow}）",
    "assumed": "{what}：没有看到过，按 {quick}到 {slow}算，",
}
ASSUMED_WHY = {
    "pull": "小镜像在近处到大镜像在远处；拉过一次就有数了。",
    "create": "一般容器都在这个范围里。",
    "ready": "由 readinessProbe 的 initialDelaySeconds 和 periodSeconds 得来。",
    "stop": "最短是收到 SIGTERM 马上退出，最长是等满 terminationGracePeriodSeconds。",
    "not-heard": "它运行的 sleep、tail 或 shell 不处理 SIGTERM，每次都等满 terminationGracePeriodSeconds。",
}

# Why a Node holds a rollout up
STUCK = {
    "silent": "{node} 的 kubelet 没有应答（Ready={ready}），新 Pod 在它上面起不来",
    "silent_ending": "{node} 的 kubelet 没有应答（Ready={ready}），旧 Pod 一直在终止，停不下来",
    "pressure": (
        "{node} 报告 {pressures}：在它消失之前，kubelet 不收新的 Pod（系统关键的除外），"
        "每个新 Pod 都会失败（Evicted），被删掉再建"
    ),
    "no_pod": "旧 Pod 已经删了，新 Pod 还没有建出来",
    "pod": "{pod}{state}",
    "new": "新 Pod ",
    "old": "旧 Pod ",
    "finalizers": "它有 finalizers（{names}），去掉之前删不掉",
}

# What is said of a rehearsal
TITLE = "演练：DaemonSet {daemon_set} 的一次更新"
COMMA = "、"
SEMICOLON = "；"
DASH = "—"
AND_MORE = "{names} 等 {count} 个"
OPENING = {
    "image": "容器 {container} 的镜像从 {before} 换成 {after}。",
    "new_image": "多了容器 {container}，镜像是 {after}。",
    "no_image": "少了容器 {container}（镜像是 {before}）。",
    "template": "镜像没有变，Pod 模板的其他地方变了，所以每个 Pod 还是要换。",
    "unchanged": "Pod 模板和现在一样：什么也不用换，不会有 Pod 重启。",
    "nodes": "该有它的 Pod 的 Node 有 {nodes} 个。",
    "zones": "该有它的 Pod 的 Node 有 {nodes} 个，分布在 {zones} 个可用区。",
    "silent": "没有应答的 Node：{nodes}。演练里它们的 kubelet 什么也不做。",
    "away": "更新还没有开始，就有 {count} 个 Node 没有可用的 Pod：{nodes}。",
    "nothing_sent": "这一切都发生在副本里，没有向真实集群发送任何请求。",
}
COLUMNS = (
    "做法",
    "要多久",
    "多半",
    "最多同时不可用",
    "同一可用区",
    "镜像拉不到",
    "一直不就绪",
)
TABLE_NOTE = (
    "“不可用”是一个 Node 没有可用的 Pod；“同一可用区”先写演练里看到的，控制器挑 Node 没有固定的顺序，"
    "所以也写最坏的情况；“镜像拉不到”和“一直不就绪”是万一新版本跑不起来，"
    "停住时有几个 Node 没有可用的 Pod，kubectl rollout undo 之后多久恢复。"
)
PERCENT = "{name}（{count} 个）"
COUNT = "{count} 个"
IN_ZONE = {
    "zone": "{count} 个（{zone}）",
    "worst": "{count} 个（{zone}），最坏 {worst} 个",
}
STOPS_AFTER = "{time}后停住"
SPELL = "换到一个 Node 时，它大约有 {usual}没有可用的 Pod；最久的是 {node}，{longest}。"
COST = {
    "none": "0 个，旧 Pod 都在",
    "away": "{count} 个，撤回 {undo}",
    "stays": "{count} 个，撤回也恢复不了",
}
DURATIONS = {
    "done": "{time}",
    "by_hand": "{time}（逐个删）",
    "stuck": "卡住：换了 {replaced}/{desired}",
    "all_but": "换了 {replaced}/{desired}，{time}",
}
SECTIONS = {
    "advice": "该用哪一种",
    "stuck": "{name} 卡在哪里",
    "sources": "这些时间怎么来的",
}
INTERRUPTED = "演练被中断了，下面只有已经做完的；还没有演练的是 {left}。"
ADVICE = {
    "all_stuck": "哪一种都换不完，都卡在 {nodes}：先处理它，再更新。",
    "it_is_stuck": "{names} 换不完，卡在 {nodes}：先处理它，再更新。",
    "some_stuck": "{names} 换不完，卡在 {nodes}。",
    "all_but": "{name}：除了 {nodes}，都能换完（{time}）；处理好它之前，kubectl rollout status 会一直等着。",
    "only": "{name}：{time}，",
    "both": "最快也最稳的是 {name}：{time}，",
    "quickest": "要快，用 {name}：{time}，",
    "gentlest": "要稳，用 {name}：{time}，",
}
RISK = {
    "away": "最多 {away} 个 Node 同时不可用；万一镜像拉不到，{bad} 个 Node 受影响。",
    "nobody": "没有 Node 会不可用，只是每个要换的 Node 得同时容得下新旧两个 Pod；万一镜像拉不到，旧 Pod 都还在。",
}
WHERE = {
    "node": "{node}",
    "in_zone": "{node}（可用区 {zone}）",
    "why": "{where}：{why}。",
    "order": "控制器挑 Node 没有固定的顺序，真实集群里可能更早卡住，也可能更晚。",
    "behind": "后面还有 {count} 个 Node 在等：{why}。",
    "remedy": "怎样才会继续：{remedy}。",
}
DRAWS = (
    "每种做法演练 {count} 次：一次每个 Node 都快（取看到过的快的一成），一次都慢（慢的一成），"
    "{between} 次快慢掺杂；“要多久”是从最快到最慢，“多半”取掺杂的几次里居中的一次。"
)
NOT_MODELLED = (
    "新镜像比旧镜像大得多，或者许多 Node 同时拉取使镜像仓库变慢，都要比这里久。"
)
COMPARED = "几种做法放在一起"
PICTURE = "每一刻有几个 Node 不可用"
PICTURE_NOTE = (
    "一条一种做法，横向是时间。色块是不可用的 Node 数，虚线是上限；下面的横条是可能结束的时刻，从最快到最慢，"
    "菱形是多半会在的地方，叉是停住的地方。"
)

# The command
HELP = "拿自己集群的一份导出演练一次更新：要多久、几个不可用、卡在哪里"
DUMP_HELP = (
    "导出的文件或文件夹：kubectl get nodes,namespaces,ds,deploy,rs,sts,pods,controllerrevisions,events,"
    "quota,limits,pdb -A -o yaml > dump.yaml"
)
IMAGE_HELP = (
    "换镜像：ds/名字=镜像，例如 ds/agent=agent:2；有几个容器时写 ds/名字/容器=镜像"
)
APPLY_HELP = "应用一份改过的清单，里面正好有一个 DaemonSet"
NAMESPACE_HELP = "DaemonSet 所在的命名空间；只有一个叫这名字的，可以不写"
UNAVAILABLE_HELP = "maxUnavailable；可以写几个来比较：1,3,10%%"
SURGE_HELP = "maxSurge；可以写几个来比较：1,10%%"
ON_DELETE_HELP = "更新策略 OnDelete：有人一个一个地删旧 Pod"
LIMITS_HELP = (
    "几种做法放在一起比较：1,10%%,surge=2,on-delete；"
    "一个都不写，就比较它现在的策略和 1、10%%、25%%"
)
JSON_HELP = "打印 JSON，给程序读"
HTML_HELP = "把结果也写成一个网页文件"
SEED_HELP = "随机数的种子；同一个种子，结果一样"
WRITTEN = "网页写在 {path}。"
NO_FILE = "读不了 {path}：{why}。"
NOT_THERE = "没有这个文件"
A_FOLDER = "这是一个文件夹"
NO_TEXT = "不是 UTF-8 的文字"
NOT_WRITTEN = "写不了 {path}：{why}。"
READING = "正在读 {files}"
PROGRESS = "演练 {name}：{done}/{runs}"
STOPPED = "中断了，还没有一种做法演练完。"
