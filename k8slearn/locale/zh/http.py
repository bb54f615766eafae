"""What the API server says that a real one does not; names stay as Kubernetes writes them."""

NO_COMMAND = 'exec: "{name}": executable file not found in $PATH（模型的容器里只有这些命令：{known}）'
NO_SHELL = "{name}: 模型的 shell 只懂一条接一条的简单命令（; && ||，输出只能送到 /dev/null），不懂管道，也没有脚本"
NO_EDITOR = (
    "这里打不开编辑器：先 kubectl get … -o yaml > 文件，改好后 kubectl apply -f 文件；"
    "只改一处，用 kubectl patch 或 kubectl set"
)
READ_ONLY = "模型的容器里的文件是只读的，不能复制进去；要给它一个文件，用 ConfigMap 或 Secret 挂载"
NEEDS_WEBSOCKET = "exec 需要 WebSocket（kubectl 1.31 及以后默认如此）"
NO_ATTACH = (
    "模型里的 Pod 没有真正的容器进程，只有 kubectl run -it 的 shell 和简单命令可以 attach；"
    "要看它写了什么，用 kubectl logs，要在里面执行命令，用 kubectl exec"
)
NO_FORWARD = (
    "模型里的 Pod 没有真正的网络，所以不能 port-forward；"
    "要访问它，用 kubectl exec Pod 名 -- wget -qO- http://地址:端口"
)
NO_PROXY = (
    "模型里没有真正的网络，所以 API 服务器不能代理到 {resource}（proxy）；"
    "要访问它，用 kubectl exec Pod 名 -- wget -qO- http://地址:端口"
)
NO_PART = "模型里没有 {resource}/{part} 这个子资源"
NO_PAGE = "模型的 API 服务器不提供 {path}"
NOT_ALL_AT_ONCE = "正文太深，读不懂"
PORT_TAKEN = "端口 {port} 已被占用：换一个 --port，或先停掉占用它的程序"
NO_SUCH_PORT = "没有端口 {port}：端口是 0 到 65535 之间的整数"
# kubectl itself says it, as the name of a context that is not there.
NOBODY_SERVES = (
    "现在没有课在运行集群（先运行笔记本里带 serve() 或 kubectl=True 的单元格）"
)
NO_SERVER = (
    "浏览器里开不了端口，kubectl 连不到这个集群：这里用 Python 的方法或实验室做同样的事，"
    "要用 kubectl，就在电脑上装好课程再打开这一课"
)
KUBECONFIG_TAKEN = "不会覆盖 {path}：它不是 k8slearn 写的 kubeconfig，请换一个文件名"
