"""Words about a dump of one's own cluster: what cannot be read, and what is missing in it."""

HOW = "kubectl get nodes,namespaces,ds,deploy,rs,sts,pods,controllerrevisions -A -o yaml > dump.yaml"

# What cannot be read: one sentence, and what to do instead.
NO_FILE = "读不了 {file}：{why}。"
TOO_LARGE = (
    "{file} 超过 {most} MB，这里不读这么大的文件。请分几次导出，只导出用得到的种类。"
)
EMPTY_FOLDER = "目录 {folder} 里没有 .yaml、.yml 或 .json 文件。"
NO_TEXT = "{file} 不是文本文件：既不是 UTF-8，也不是 UTF-16。"
EMPTY = f"{{file}} 里一个对象也没有。请重新导出：{HOW}。"
KUBECTL_SAID = "（kubectl 当时说：{message}）"
TABLE = (
    f"{{file}} 是 kubectl get 打印的表格，不是对象。请加上 -o yaml 重新导出：{HOW}。"
)
DESCRIBED = (
    f"{{file}} 是 kubectl describe 的输出，不是对象。请用 get 和 -o yaml 导出：{HOW}。"
)
CUT_OFF = (
    "{file} 在第 {line} 行断了：文件不完整，可能导出时连接断了或磁盘满了。请重新导出。"
)
CUT_OFF_PACKED = "{file} 的压缩包不完整。请重新导出。"
NO_YAML = "{file} 第 {line} 行不是正确的 YAML（{message}）。请用 kubectl get -o yaml 重新导出，不要手工改动。"
NO_JSON = "{file} 不是正确的 JSON（{message}）。请用 kubectl get -o json 重新导出。"
NO_OBJECT = f"{{file}} 里有一段不是 Kubernetes 的对象：它没有 kind。请重新导出：{HOW}。"
NO_NAME = "{file} 里有一个 {kind} 没有 metadata.name：文件可能不完整，请重新导出。"

# What is missing, and what follows from it: one sentence each.
AND_MORE = "{names} 等 {count} 个"
SECRETS = "{count} 个 Secret 的内容在读的时候就丢掉了，只留下了键的名字。"
NO_NODES = "没有 Node：DaemonSet 控制器、调度器和 Pod 垃圾收集都不运行，什么也推演不了。导出时请加上 nodes。"
NO_PODS = "没有 Pod：管 Pod 的控制器都不运行，否则它们会把 Pod 全部重新创建一遍。导出时请加上 pods。"
NO_REPLICA_SETS = "没有 ReplicaSet：Deployment 控制器不运行，改 Deployment 不会有反应。导出时请加上 rs。"
NO_VOLUMES = "没有 PersistentVolume：PersistentVolumeClaim 和谁绑定，都照导出时的样子不变。导出时请加上 pv。"
NO_JOBS = "没有 Job：CronJob 控制器不运行，到点也不会有新的 Job。导出时请加上 jobs。"
NO_REVISIONS = (
    "没有 {names} 的 ControllerRevision：按 Pod 上的标签补了当前的修订版本，更早的没有，不能回滚。"
    "导出时请加上 controllerrevisions。"
)
NO_OWNERS = "有些 Pod 的属主不在里面：{kinds}。当作它们都还在，这些 Pod 不会被垃圾收集，也没有谁来补。"
NO_READY = (
    "Node {names} 没有 Ready 状况：当作它的 kubelet 没有运行，上面的 Pod 不会有变化。"
)
NO_LEASES = "没有 Node 的 Lease：只凭 Ready 状况判断 kubelet 是否在运行。"
NO_NAMESPACES = (
    "没有 Namespace 对象：补上了 {names}，它们的标签（例如 Pod 安全级别）不知道。"
)
NO_ACCOUNTS = (
    "没有 ServiceAccount：补上了 Pod 用到的那些，它们的 imagePullSecrets 不知道。"
)
NOT_MOUNTED = (
    "没有 {kinds}：Pod 引用到的都当作存在，内容是空的；真集群里缺哪一个，这里看不出来。"
)
NO_CLASSES = "没有这些优先级类或运行时类：{names}。按 Pod 里写的补上了。"
NO_EVENTS = "没有 Event：镜像拉取用了多久、Pod 为什么失败，只能从 Pod 的状态里猜。"
NO_SLICES = "没有 EndpointSlice：第一步会按 Service 和 Pod 重新创建。"
NO_LIMITS = "没有 {kinds}：如果真集群里有，它们的限制在这里不起作用。"
NO_MANAGED_FIELDS = (
    "没有 managedFields：不知道哪个字段归谁管，服务器端应用（server-side apply）在这里不会报冲突。"
    "导出时可以加上 --show-managed-fields。"
)
ONE_NAMESPACE = "只有命名空间 {name} 里有 Pod：如果导出时没有加 -A，别处的 Pod 在 Node 上占用的资源就没有算进去。"
NO_DEFINITIONS = "{kinds} 没有定义（CustomResourceDefinition）：对象留着，但是读不出来，也没有谁处理。"
NOT_MODELLED = "这里没有处理 {kinds} 的组件：它们只是留着，不起作用。"
