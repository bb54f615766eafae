"""Words about a dump of one's own cluster: what cannot be read, and what is missing in it."""

HOW = "kubectl get nodes,namespaces,ds,deploy,rs,sts,pods,controllerrevisions -A -o yaml > dump.yaml"

# What cannot be read: one sentence, and what to do instead.
NO_FILE = "读不了 {file}：{why}。"
TOO_LARGE = "{file} 超过 {most} MB，这里不读这么大的文件。请分几次导出，只导出用得到的种类。"
EMPTY_FOLDER = "目录 {folder} 里没有 .yaml、.yml 或 .json 文件。"
NO_TEXT = "{file} 不是文本文件：既不是 UTF-8，也不是 UTF-16。"
EMPTY = f"{{file}} 里一个对象也没有。请重新导出：{HOW}。"
KUBECTL_SAID = "（kubectl 当时说：{message}）"
TABLE = f"{{file}} 是 kubectl get 打印的表格，不是对象。请加上 -o yaml 重新导出：{HOW}。"
DESCRIBED = (
    f"{{file}} 是 kubectl describe 的输出，不是对象。请用 get 和 -o yaml 导出：{HOW}。"
)
CUT_OFF = "{file} 在第 {line} 行断了：文件不完整，可能导出时连接断了或磁盘满了。请重新导出。"
NO_YAML = "{file} 第 {line} 行不是正确的 YAML（{message}）。请用 kubectl get -o yaml 重新导出，不要手工改动。"
NO_JSON = "{file} 不是正确的 JSON（{message}）。请用 kubectl get -o json 重新导出。"
NO_OBJECT = f"{{file}} 里有一段不是 Kubernetes 的对象：它没有 kind。请重新导出：{HOW}。"
NO_NAME = "{file} 里有一个 {kind} 没有 metadata.name：文件可能不完整，请重新导出。"
