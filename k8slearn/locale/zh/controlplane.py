"""What is said about the components of a cluster."""

UNKNOWN = "没有叫 {name!r} 的控制器；现有：{known}"
STAYS = "{name} 不能停：每个 Node 上都有它"
TAKEN = "{name!r} 是集群自带的组件，换一个名字"
RELEASED = (
    "不能回到过去再走一遍：集群只记得最近的历史（见 Cluster 的 history），开头已经放掉"
)
