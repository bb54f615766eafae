"""What is said about a real cluster that is only looked at."""

SOMEBODY = "某个客户端"

# Why it cannot be looked at -------------------------------------------------------------

NO_LIGHTKUBE = "连接真实集群要用 lightkube：先在单元格里运行 %pip install 'lightkube>=1.0'，再重启内核。"
NO_KUBECONFIG = '没有找到 kubeconfig（找过 {paths}）。请写明用哪个文件：connect(kubeconfig="路径")。'
BAD_KUBECONFIG = "kubeconfig {path} 读不了：{error}"
NO_CONTEXT = "kubeconfig {path} 里没有名为 {context} 的 context，只有：{known}。"
NO_CURRENT = 'kubeconfig {path} 没有写明 current-context。请选一个：connect(context="…")，里面有：{known}。'
UNREACHABLE = "连不上 {server}：{error}"
CERTIFICATE = "{server} 的证书验证不了：{error}"
UNAUTHORIZED = "{server} 不认这份凭据（401）：{error}"
CLIENT_EXPIRED = "{server} 不认这份凭据（401）：kubeconfig 里的客户端证书在 {until} 过期了。原话：{error}"
FORBIDDEN = "连上了 {server}，可是什么也不让读（{code}）：{error}"
LOGIN = "取不到登录凭据：{error}"
NONE = "（一个也没有）"
COMMA = "、"

# What stands above the panel ------------------------------------------------------------

HEADER = (
    "集群 {cluster} · 用户 {user} · namespace {namespace} · 只看不改，从 {time} 开始"
)
LOST = "{time} 起连接断了，画面停在那一刻，正在重连：{error}"
BACK = "{time} 重新连上了。断开的 {seconds:.0f} 秒里发生了什么没有看到，只看到了结果。"
LEFT_OUT = "没有读到 {kinds}，图和解释里都没有它们。"
LEFT_OUT_KIND = "{kind}（{why}）"
LEFT_OUT_WHY = {403: "没有权限", 404: "集群里没有这种对象"}
LIMITS = (
    "以上只按读到的对象推算：各组件自己的队列、退避计时和 expectations 读不到；"
    "{time} 以前发生的事也没有看到。"
)
