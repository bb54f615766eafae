"""What is said about the components of a cluster."""

UNKNOWN = "没有叫 {name!r} 的控制器；现有：{known}"
STAYS = "{name} 不能停：每个 Node 上都有它"
TAKEN = "{name!r} 是集群自带的组件，换一个名字"
RELEASED = (
    "不能回到过去再走一遍：集群只记得最近的历史（见 Cluster 的 history），开头已经放掉"
)

# What time brought, as a notebook shows it: how many steps, how long, what came out
STEPS = "走了 {count} 步，过了 {seconds:.1f} 秒。"
STEPS_WAITED = "过了 {seconds:.1f} 秒，什么也没有发生。"
STEPS_NONE = "什么也没有发生。"
STEPS_DAEMON_SET = "{name} 期望 {desired} 个 Pod，就绪 {ready} 个，已更新 {updated} 个"
STEPS_SEPARATOR = "；"
STEPS_MORE = "另有 {count} 个 DaemonSet"
STEPS_END = "。"
STEPS_QUIET = "集群已经稳定。"
STEPS_NOT_QUIET = "还有事没做完。"
NOT_JOURNALED = (
    "不能回到过去再走一遍：版本 {revision} 之前有改动没有经过日志（journal）"
)
