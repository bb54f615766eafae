"""What learners read, in one place; names stay as Kubernetes writes them."""

ABSENT = "这个教学集群只有 DaemonSet 的控制器，没有 {kind}：可以查询（结果为空），不能创建或修改"
NO_EXEC = "模型里的 Pod 没有真正的容器进程，所以不能 {verb}；要看它的状态，用 kubectl describe 或 kubectl logs"
NO_FORWARD = (
    "模型里的 Pod 没有真正的网络，所以不能 port-forward；谁能访问谁，见课程里的 Network"
)
NOT_ALL_AT_ONCE = "正文太深，读不懂"
PORT_TAKEN = "端口 {port} 已被占用：换一个 --port，或先停掉占用它的程序"
KUBECONFIG_TAKEN = "不会覆盖 {path}：它不是 k8slearn 写的 kubeconfig，请换一个文件名"
READY = "k8slearn 集群已就绪：{url}  KUBECONFIG={path}"
SERVE_HELP = "运行一个集群，让真正的 kubectl 连上来（Ctrl-C 结束）"
PORT_HELP = "监听的端口（默认任选一个空闲的）；只监听 127.0.0.1"
KUBECONFIG_HELP = "把连接用的 kubeconfig 写到这个文件（默认是一个临时文件）"
KUBELET_HELP = "auto：Pod 自己启动；manual：Pod 和 Node 的状态都由客户端写"
NODES_HELP = "一开始有几个 Node"
SEED_HELP = "随机数的种子"
TOO_LATE = "这个 Server 已经停了"
LINES_CONTAINER = (
    "a container name must be specified for pod {pod}, choose one of: [{names}]"
)
