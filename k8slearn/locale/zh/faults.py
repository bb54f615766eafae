"""The faults that the lab can make: what each is called, what to look for, and what makes and mends it elsewhere."""

_NO_KUBECTL = "# 没有对应的 kubectl；"

# One entry a fault: its name, what to look for, the unit of its number, and the lines that
# make and mend it outside of the lab.
FAULTS = {
    "not-ready": {
        "name": "Node NotReady",
        "look": "Node 得到 not-ready 污点；DaemonSet 的 Pod 自动容忍它，留在原地。",
        "make": _NO_KUBECTL + "在 {node} 上：sudo systemctl stop containerd",
        "mend": _NO_KUBECTL + "在 {node} 上：sudo systemctl start containerd",
    },
    "unreachable": {
        "name": "Node 失联",
        "look": "Ready 变成 Unknown，污点是 unreachable；普通 Pod 五分钟后被驱逐，DaemonSet 的 Pod 不会。",
        "make": _NO_KUBECTL + "在 {node} 上：sudo systemctl stop kubelet，或者拔掉网线",
        "mend": _NO_KUBECTL + "在 {node} 上：sudo systemctl start kubelet",
    },
    "fill": {
        "name": "Node 放满了",
        "look": "一个 Pod 占光剩下的 CPU。写了 requests 的新 Pod 放不下；没写 requests 的照样放得下。",
        "make": "kubectl run filler-{node} --image=registry.k8s.io/pause:3.10 --overrides='{spec}'",
        "mend": "kubectl delete pod filler-{node}",
    },
    "crash": {
        "name": "Pod 反复崩溃",
        "look": "容器不停重启（CrashLoopBackOff），越等越久；控制器不管它，滚动更新却会停在这里。",
        "make": "kubectl{flag} exec {pod} -- kill 1  # 程序处理 SIGTERM 才会退出，而且只崩一次；反复崩溃要程序自己有错",
        "mend": "kubectl{flag} delete pod {pod}",
    },
    "unready": {
        "name": "Pod 永不就绪",
        "look": "它在运行，但不算可用：占着 maxUnavailable 的额度。",
        "make": _NO_KUBECTL + "这是 {pod} 的就绪探针一直失败",
        "mend": "kubectl{flag} delete pod {pod}",
    },
    "image": {
        "name": "镜像不存在",
        "look": "新 Pod 拉不到镜像，第一批就停住；旧 Pod 还剩多少，看 maxUnavailable。",
        "make": "kubectl{flag} set image ds/{name} {container}={image}",
        "mend": "kubectl{flag} set image ds/{name} {container}={image}",
    },
    "slow": {
        "name": "kubelet 变慢",
        "look": "这个 Node 上启动、停止都慢，整个滚动更新跟着它等。",
        "unit": "倍",
        "make": _NO_KUBECTL + "{node} 的磁盘和网络慢了 {amount:g} 倍",
        "mend": _NO_KUBECTL + "{node} 的 kubelet 恢复原来的快慢",
    },
    "clock": {
        "name": "Node 的时钟不准",
        "look": "要有 minReadySeconds 才看得出：kubelet 写的就绪时间和控制器的时钟对不上。"
        "快了就多等，慢了就提前算可用。",
        "unit": "秒",
        "make": _NO_KUBECTL + "在 {node} 上：sudo date -s '{amount:+g} seconds'",
        "mend": _NO_KUBECTL + "在 {node} 上：sudo chronyc makestep",
    },
    "lag": {
        "name": "控制器的缓存滞后",
        "look": "它看到的是几秒前的集群。没有 expectations，它会以为 Pod 还没建，再建一遍。",
        "unit": "秒",
        "make": _NO_KUBECTL + "控制器的 watch 晚 {amount:g} 秒才收到变化",
        "mend": _NO_KUBECTL + "控制器的 watch 赶上来了",
    },
    "disk": {
        "name": "磁盘快满了",
        "look": "十秒之内 Node 报告 DiskPressure，得到污点；kubelet 先清理，再一个一个驱逐 Pod："
        "先挑磁盘用得超出 requests 的，再看优先级，再看超出多少。",
        "make": _NO_KUBECTL + "在 {node} 上：fallocate -l 79G /var/lib/fill",
        "mend": _NO_KUBECTL + "在 {node} 上：rm /var/lib/fill",
    },
    "leak": {
        "name": "内存泄漏",
        "look": "用量一秒比一秒多：写了 limits.memory 的，到了就被杀掉重启（OOMKilled）；"
        "没写的，把 Node 的内存也用光，等 kubelet 驱逐。",
        "unit": "MiB/秒",
        "make": _NO_KUBECTL + "这是 {pod} 的程序在漏内存，每秒 {amount:g} MiB",
        "mend": "kubectl{flag} delete pod {pod}",
    },
    "registry": {
        "name": "镜像仓库不通",
        "look": "已经在 Node 上的镜像照用；要新拉的停在 ImagePullBackOff，仓库好了自己会接着拉。",
        "make": _NO_KUBECTL + "镜像仓库不回答了",
        "mend": _NO_KUBECTL + "镜像仓库恢复了",
    },
    "reboot": {
        "name": "Node 重启",
        "look": "容器全停了；机器起来之后 kubelet 把同一个 Pod 的容器重新启动，Pod 还是那一个，重启次数加一。",
        "unit": "秒",
        "make": _NO_KUBECTL + "在 {node} 上：sudo reboot",
        "mend": _NO_KUBECTL + "等 {node} 启动完",
    },
}
