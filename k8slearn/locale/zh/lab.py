"""What the lab says: its panel first, then card by card."""

TITLE = "DaemonSet 实验室"
NO_DAEMON_SET = "还没有 DaemonSet"
STEP = "本步："
NOTHING_YET = "还没有发生什么。改点什么，或者按“播放”。"
NOTHING_SEEN = "从开始看到现在，集群还没有变化。一有变化，这里就说是谁做了什么。"
QUIET = "　集群已经稳定。"
QUIET_BUT = "　没有要做的了，可是 {node} 的 Pod 没有就绪（{state}）。"
CARD_NODES = "Node"
CARD_PODS = "Pod"
CARD_UPDATE = "更新"
CARD_KUBECTL = "等价的 kubectl"
TIMELINE_NAME = "时间线"
NO_EVENTS = "还没有事件"
NO_KUBECTL = "在上面点一下，这里就写出做同一件事的命令"
NONE = "（没有）"

PLAY = "▶ 播放"
PAUSE = "❚❚ 暂停"
STEP_BUTTON = "一步 ▶"
NEXT_POD = "到下个 Pod 变化"
UNTIL_QUIET = "运行到稳定"
FIRST = "«"
BACK = "◀ 退一步"
LATEST = "»"
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
CARD_TABLES = "表格与 YAML"
MORE_ROWS = "　共 {count} 个，这里列出 {shown} 个"
YAML_OF = {"DaemonSet": "选中的 DaemonSet", "Pod": "选中的 Pod", "Node": "选中的 Node"}
NO_OBJECT = "这一刻没有选中的 {kind}。"
SAVED = "已保存为 {name}，在左边的文件列表里。"
NOTHING_TO_SAVE = "还没有发生什么，没有动画可存。"

ADD_NODE = "＋1"
ADD_FIVE = "＋5"
ADD_MANY = "＋N"
REMOVE_NODE = "移除 {node}"
LABEL = "打标签"
TAINT = "加污点"
UNLABEL = "去掉标签"
UNTAINT = "去掉污点"
LABEL_EXAMPLE = "disk=ssd"
TAINT_EXAMPLE = "dedicated=gpu:NoSchedule"
CORDON = "cordon"
UNCORDON = "uncordon"
NOT_READY = "NotReady"
READY = "恢复 Ready"
DELETE_POD = "删除"
FAIL_POD = "失败"
BREAK_POD = "永不就绪"
NO_POD_ON = "（{node} 上没有 Pod）"
DELETE_POD_OF = "删除 {node} 的 Pod"
SET_STRATEGY = "设定"
SET_IMAGE = "更新"
CREATE = "创建"
IMAGE = "镜像"
NO_GROUP = "不分组"
LABEL_HINT = "disk=ssd，去掉写 disk-"
TAINT_HINT = "dedicated=gpu:NoSchedule，去掉在后面加 -"
IMAGE_HINT = "ikubernetes/filebeat:5.6.6-alpine"

TIPS = {
    "add": "一台新机器加入集群",
    "add-5": "五台新机器加入集群",
    "add-n": "右边写几台，就加入几台",
    "strategy": "按写的两个数设定更新策略",
    "preset": "把左边选的那个数设为 {amount}，另一个设为 0",
    "remove": "把选中的 Node 移出集群",
    "label": "给选中的 Node 打标签；已经有了，就去掉",
    "taint": "给选中的 Node 加污点；已经有了，就去掉",
    "cordon": "不让新 Pod 调度到选中的 Node",
    "ready": "让选中的 Node 的 kubelet 报告 NotReady，或恢复",
    "image": "换成这个镜像；没有改过，就换成下一个版本；还没有 DaemonSet，就创建 filebeat-ds",
    "delete": "删除选中的 Pod",
    "fail": "让选中的 Pod 失败（phase 变为 Failed）",
    "break": "让选中的 Pod 一直到不了就绪",
    "play": "播放或暂停（焦点在图上时，也可以按空格键）",
    "step": "一个组件做一个动作（→ 键）",
    "next-pod": "一直走到下一次有 Pod 变化",
    "until-quiet": "一直走到集群稳定",
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

# Where a real cluster's past is gone through.
REPLAY_TIPS = {
    "play": "从正在看的这一刻起，把看到过的重放一遍（焦点在图上时，也可以按空格键）",
    "step": "下一次写入（→ 键）",
    "back": "退回上一次写入（← 键）",
    "first": "回到开始看的那一刻（Home 键）",
}
AT_PRESENT = "现在看的就是最新的：集群自己在走，一有变化，这里就会动。"
NO_NODE = "没有选中的 Node：先加一个。"
NO_POD = "没有选中的 Pod：等控制器建出来。"
NO_SET = "还没有 DaemonSet：按“创建”，或者用 cluster.apply(...)。"
CREATE_FIRST = "还没有 DaemonSet：先创建一个。"
NEED_COUNT = "要加几个 Node，写 1 到 {most} 的整数。收到的是：{text}"
NEED_LABEL = "标签写作 key=value（例如 disk=ssd），要去掉就写 key-。收到的是：{text}"
NEED_TAINT = "污点写作 key=value:Effect（例如 dedicated=gpu:NoSchedule），Effect 只有 {effects}。收到的是：{text}"
NEED_AMOUNT = "{field} 要写个数（例如 1）或百分数（例如 30%）。收到的是：{text}"
BOTH_ZERO = "maxUnavailable 和 maxSurge 不能都是 0：那样一个 Pod 也换不了。"
BOTH_SET = "maxUnavailable 和 maxSurge 不能都大于 0：要么先停旧的，要么先起新的，把其中一个设为 0。"
NEED_IMAGE = "镜像名不能是空的，也不能有空格。"
REFUSED = "API server 拒绝了（{reason}）：{message}"
AWAY = "收起这句话"
NOTHING_TO_DO = "集群已经稳定：现在没有要做的事。"
READ_ONLY = "这是真实的集群，这里只看不改：什么也没有发出去。"
NOT_DONE = "没有做成：{error}"
DRAWING_FAILED = "画面更新失败：{error}"
NO_POD_CHANGE = "没有等到 Pod 变化：没有什么要做了，或者要等很久。"

BY_MACHINE = "# 没有对应的 kubectl：新机器上的 kubelet 自己向 API server 注册"
BY_KUBELET = "# 没有对应的 kubectl：这是 {node} 上的 kubelet 报告的"
BY_CONTAINER = "# 没有对应的 kubectl：这是 {pod} 的容器自己出的事"

SUMMARY = "{title}：{nodes} 个 Node，{sets}"
ONE_SET = "{name} 期望 {desired}，就绪 {ready}，已更新 {updated}，不可用 {unavailable}"
NO_SETS = "没有 DaemonSet"

TIME_STATES = {
    "runs": "▶ 时间在走",
    "held": "❚❚ 时间停着",
    "quiet": "■ 没有要做的",
    "live": "● 正在看现在",
    "lost": "✘ 连接断了",
    "past-runs": "▶ 正在重放",
    "past-held": "❚❚ 停在过去",
}
HELD = "时间停着，还有事没做："
HELD_STEP = "走一步"
HELD_PLAY = "播放"

KERNEL_GONE = "内核已经重启或停止，这个面板按了也没有用：从头运行到这个单元格（Shift+Enter），它就活过来。"
STORED = "这是保存下来的图，不是能按的面板：再运行一次这个单元格（Shift+Enter），面板就在这里。"

# One tab a card: what is needed less often stands there, one at a time.
TABS = {
    "events": "事件",
    "remedies": "怎样才会？",
    "kubectl": "kubectl",
    "faults": "故障",
    "predict": "预测",
    "traffic": "流量",
    "records": "表格",
    "saving": "保存",
}
# What a control is called by who hears the page instead of seeing it.
NAMES = {
    "tab": "卡片",
    "node": "选中的 Node",
    "node-count": "加几个 Node",
    "label-text": "标签",
    "taint-text": "污点",
    "group": "按标签分组",
    "pod": "选中的 Pod",
    "daemon-set": "选中的 DaemonSet",
    "strategy": "更新策略",
    "max-unavailable": "maxUnavailable",
    "max-surge": "maxSurge",
    "limit": "预设改哪个数",
    "image": "镜像",
    "speed": "速度",
    "fault": "故障的种类",
    "fault-amount": "故障的大小",
    "traffic-pattern": "怎么访问",
    "traffic-image": "换成哪个镜像",
    "records-kind": "哪种对象的表格",
    "records-target": "哪个对象的 YAML",
}

# The card that explains ----------------------------------------------------------------

CARD_WHY = "为什么？"
WHY_CHOOSE = "选一个 Node 或 Pod，这里就说它为什么是这样。"
WHY_ROUND = "{name} 的这一轮"

# The card that asks for a prediction ---------------------------------------------------

PREDICT_ASK = "预测下一步"
PREDICT_TIP = "先猜，再看：控制器下一次动 Pod，动哪几个"
PREDICT_QUESTION = "{time:.1f} s 之后，{name} 的控制器下一次动 Pod，会做什么？"
PREDICT_GO = "走到那一步 ▶"
PREDICT_CHOSEN = "你猜：{option}"
PREDICT_RIGHT = "✔ 猜对了"
PREDICT_WRONG = "✘ 没猜中"
PREDICT_OUTCOME = "{time:.1f} s 实际：{outcome}"
PREDICT_BECAUSE = "起作用的规则："
PREDICT_SCORE = "本课得分 {right} / {asked}"
PREDICT_PAST = "现在看的是过去：先回到现在，再猜。"
PREDICT_NEVER = "控制器再没有什么要做的：先改点什么，再猜。"

OUTCOME_CREATE = "在 {nodes} 上创建新 Pod"
OUTCOME_DELETE = "删掉 {nodes} 上的 Pod"
OUTCOME_NOTHING = "一个 Pod 也不动，除非再有人改点什么"
OUTCOME_JOIN = "，"
MANY_NODES = "{nodes} 等 {count} 个 Node"
COMMA = "、"

RULES = {
    "waiting": "它要的创建或删除还没有全部回到它的缓存里（expectations）：看到之前不再动 Pod",
    "on_delete": "OnDelete：旧 Pod 要等你自己删",
    "next_sync": "这一次先补齐或清理 Pod；滚动更新等看到它们之后的下一次同步",
    "lacking": "{nodes} 该有一个 Pod，而现在一个也没有：创建",
    "surging": "{nodes} 上先开新 Pod，旧的先留着（maxSurge）",
    "has_pod": "{nodes} 上已经有 Pod 了，不再建",
    "ending": "{nodes} 上的旧 Pod 还没有走完，走完之前不建新的",
    "unwanted": "{node}：{reason}",
    "settled": "每个 Node 都已经是该有的样子",
    "not-wanted": "{nodes} 上不该有 Pod：删掉",
    "failed": "{nodes} 上的 Pod 失败了：删掉重建",
    "succeeded": "{nodes} 上的 Pod 自己结束了：删掉重建",
    "excess": "{nodes} 上的 Pod 多了：留下最老的",
    "old-not-ready": "{nodes} 上有了新 Pod，而旧的没有就绪：删掉旧的",
    "new-available": "{nodes} 上的新 Pod 可用了：删掉旧的",
    "rollout": "{nodes} 上是旧版本，本轮有额度：删掉，等它走完再建新的",
}

# The card with which things are broken -------------------------------------------------

FAULT_MAKE = "弄坏"
FAULT_MEND = "修好"
FAULT_MAKE_TIP = "对选中的 Node、Pod 或 DaemonSet"
FAULT_MEND_TIP = "撤销这一种故障"
FAULT_DONE = "弄坏了（{name}：{target}）。"
# Where the chosen DaemonSet cannot show a fault: why not.
FAULT_UNSEEN = {
    "fill": "{name} 没有写 requests，满了的 Node 也放得下它的 Pod，所以它看不出变化；图上多了一个 filler。",
    "clock": "{name} 没有写 minReadySeconds，就绪就算可用，所以看不出变化。",
}
FAULT_ON = "对象：{target}"
FAULT_NOTHING = "（还没有选）"
FAULT_CONTROLLER = "DaemonSet 控制器"
FAULT_NEEDS = {
    "node": "没有选中的 Node：先选一个。",
    "pod": "没有选中的 Pod：先选一个。",
    "set": CREATE_FIRST,
}
FAULT_NO_AMOUNT = "要写一个数，例如 {example:g}。收到的是：{text}"
FAULT_TOO_SMALL = "这个数要大于 0。"

# The card of traffic -------------------------------------------------------------------

TRAFFIC_SEND = "发一轮请求"
TRAFFIC_SEND_TIP = "每个 Node 一次，看包怎么走、谁回答"
TRAFFIC_MARK = "从现在开始数"
TRAFFIC_COUNT = "数到现在"
TRAFFIC_COUNT_TIP = "每 0.5 秒一轮，按模拟时间，从记录里算"
TRAFFIC_COMPARE = "比较策略"
TRAFFIC_COMPARE_TIP = "从这一刻分出几个集群，各用一种策略换成这个镜像"
TRAFFIC_IMAGE = "换成镜像"
TRAFFIC_NOT_OFFERED = "这个 DaemonSet 现在不能这样访问：{why}"
TRAFFIC_NO_HOST_PORT = "模板里没有 hostPort"
TRAFFIC_NO_PORT = "容器没有写 containerPort"
TRAFFIC_NO_SERVICE = "没有这样的 Service 指向它的 Pod"
TRAFFIC_NOBODY = "没有一个 Node 该有它的 Pod，所以没有请求可发。"
TRAFFIC_REFUSED = "API server 拒绝了：{message}"
TRAFFIC_MARKED = "从 {time:.1f} s 开始数。改点什么，让时间走，再按“数到现在”。"
TRAFFIC_FAILED = "✘ {target}：{why}"

PATTERNS = {
    "push": "推送",
    "node": "NodeIP 加端口",
    "dns": "DNS",
    "service": "Service",
    "local": "Service（Local）",
}
PROBE_OUTSIDE = "集群外"
PROBE_CLIENT = "每个 Node 上的客户端"
PROBE_FROM = "{node} 的客户端"
PROBE_BACKEND = "收数据的服务器"
PROBE_SILENT = "没有推送"
PROBE_NOBODY = "{node} 上没有在运行的 Pod，没有谁来推"
PROBE_PUSHED = "{pod}（{node}）推到了"

AVAILABILITY = "{seconds:.0f} 秒里 {sent} 次请求，失败 {failed} 次（{share:.1%}）；可用的 Pod 最少 {fewest} / {desired}"
AVAILABILITY_OF_PATTERN = "{pattern} {failed}/{sent}"
AVAILABILITY_JOIN = "　"

# Strategies side by side ---------------------------------------------------------------

STRATEGY_ON_DELETE = "OnDelete，没人删"
STRATEGY_DELETE_ALL = "OnDelete，一次全删"
COMPARISON_HEADS = ("策略", "换完用时", "可用最少", "失败的请求", "失败率")
COMPARISON_NEVER = "没有换完"
COMPARISON_STUCK = "{name}：没有换完，{why}"
COMPARISON_PICTURE = "各策略下可用的 Pod 和失败的请求随时间的变化："
COMPARISON_SEPARATOR = "、"
STUCK_NOT_DELETED = "没有人去删旧 Pod，所以一个也没换"
STUCK_UNREADY = "新 Pod 一直没有就绪"

DEMO_UNPLUG = "拔掉一台"
DEMO_ADD = "加一台"
DEMO_BAD = "推一个坏镜像"
DEMO_GOOD = "换回好镜像"
DEMO_LAST = "只剩一台了，留着它吧。"
DEMO_FULL = "已经有 16 台了，再多就画不下了。"
